import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, checkpoint, graph, measure, nn, onnx, prune, quantize, tf } from 'scalable-inference';
import { relativeDistance } from '../support/close';

const F = nn.functional;
const [WORDS, TOKENS, WIDTH] = [11, 5, 8];

/** Numbers of words and a mask in, three logits out. */
class Bag extends nn.Module {
  readonly words = new nn.Embedding({ numEmbeddings: WORDS, embeddingDim: WIDTH, paddingIndex: 1 });
  readonly hidden = new nn.Linear({ inFeatures: WIDTH, outFeatures: 6 });
  readonly out = new nn.Linear({ inFeatures: 6, outFeatures: 3 });

  override readonly inputNames = ['ids', 'mask'];

  forward(ids: tf.Tensor, mask: tf.Tensor): tf.Tensor {
    const kept = F.reshape(F.toFloat(mask), [-1, ids.shape[1] as number, 1]);
    const x = F.mean(F.multiply(F.gelu(this.hidden.forward(this.words.forward(ids))), kept), [1]);
    return this.out.forward(x);
  }
}

const ONE = tf.scalar(1, 'int32');
const SHAPES = [
  [1, TOKENS],
  [1, TOKENS],
];
const integers = (values: number[][]): tf.Tensor2D => tf.tensor2d(values, undefined, 'int32');
const IDS = [
  [3, 10, 3, 1, 1],
  [0, 5, 9, 2, 4],
];
const MASK = [
  [1, 1, 1, 0, 0],
  [1, 1, 1, 1, 1],
];

function bag(): { net: Bag; inputs: [tf.Tensor, tf.Tensor] } {
  backend.seed(4);
  return { net: new Bag().eval(), inputs: [integers(IDS), integers(MASK)] };
}

describe('networks with several inputs, and inputs of integers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'inputs-'));
  after(() => rmSync(folder, { recursive: true }));

  it('looks up rows as its definition says', () => {
    const { net, inputs } = bag();
    const rows = net.words.weight.arraySync();
    assert.deepEqual(
      net.words.forward(inputs[0]).arraySync(),
      IDS.map((ids) => ids.map((id) => rows[id])),
    );
    assert.ok(rows[1].every((value) => value === 0));
    assert.equal(new nn.Embedding({ numEmbeddings: 4, embeddingDim: 2, paddingIndex: -1 }).paddingIndex, 3);
  });

  it('adds up gradients of rows that come twice, and gives the padding none', () => {
    const table = tf.variable(tf.range(0, 12).reshape([4, 3]));
    const ids = tf.tensor1d([2, 0, 2, 1], 'int32');
    const factors = tf.tensor2d(
      [1, 10, 100, 1000].flatMap((n) => [n, 2 * n, 3 * n]),
      [4, 3],
    );
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(F.embedding(ids, table, 1), factors)), [table]);
    assert.deepEqual(grads[table.name].arraySync(), [[10, 20, 30], [0, 0, 0], [101, 202, 303], [0, 0, 0]]); // prettier-ignore
  });

  it('is traced with names and types that follow from what reads the inputs', () => {
    const traced = graph.trace(bag().net, SHAPES);
    const known = (name: string): graph.KnownInput => ({ name, shape: [1, TOKENS], dtype: 'int32' });
    assert.deepEqual(graph.inputsOf(traced), [known('ids'), known('mask')]);
    assert.ok(traced.inputs.every(({ batch }) => batch?.axis === 0));
    const named = graph.trace(bag().net, [{ shape: [3, TOKENS], name: 'words', dtype: 'int32' }, [3, TOKENS]]);
    assert.deepEqual(
      graph.inputsOf(named).map(({ name }) => name),
      ['words', 'mask'],
    );
  });

  for (const engine of ['tensorflow', 'onnxruntime', 'plan'] as const) {
    it(`compiles for any batch: ${engine}`, async () => {
      const { net, inputs } = bag();
      const run = await graph.compile(graph.trace(net, SHAPES), { engine });
      assert.ok(relativeDistance(run.predict(...inputs), net.forward(...inputs)) < 1e-6);
      const one = inputs.map((x) => tf.slice(x, [1, 0], [1, -1]));
      assert.ok(relativeDistance(run.predict(...one), tf.slice(net.forward(...inputs), [1, 0], [1, 3])) < 1e-6);
      const [ids, mask] = inputs;
      const refused: Array<[tf.Tensor[], RegExp]> = [
        [[ids], /traced with 2 inputs, got 1/],
        [[ids, tf.cast(mask, 'float32')], /int32 tensor of shape \[batch, 5\] as mask.*got float32/],
        [[one[0], mask], /inputs of one batch, got \[1, 5\] and \[2, 5\]/],
        [[tf.add(ids, integers([[0, 0, 0, 0, 0], [0, 0, 2, 0, 0]])), mask], /rows from 0 to 10 in 'ids', got 11 at \[1, 2\]/], // prettier-ignore
        [[tf.sub(ids, ONE), mask], /rows from 0 to 10 in 'ids', got -1 at \[1, 0\]/],
      ];
      for (const [given, message] of refused) assert.throws(() => run.predict(...given), message);
      run.dispose();
    });
  }

  it('is counted, exported and saved', async () => {
    const { net, inputs } = bag();
    for (const convention of ['macs', 'ptflops', 'fvcore'] as const) {
      const { uncounted, inputShapes } = measure.complexity(net, SHAPES, { convention });
      assert.deepEqual([uncounted, inputShapes], [[], SHAPES]);
    }
    assert.equal(measure.complexity(net, SHAPES).macs, TOKENS * WIDTH * 6 + 6 * 3);
    const file = path.join(folder, 'bag.onnx');
    await onnx.export(net, SHAPES, file);
    const session = await onnx.load(file);
    assert.deepEqual(session.inputNames, ['ids', 'mask']);
    assert.ok(relativeDistance(await session.run(...inputs), net.forward(...inputs)) < 1e-6);
    // onnxruntime itself would count from the end.
    await assert.rejects(session.run(tf.sub(inputs[0], ONE), inputs[1]), /rows from 0 to 10 in 'ids', got -1/);
    await assert.rejects(session.run(inputs[0]), /takes 2 inputs \(ids, mask\), got 1/);
    await session.dispose();
    await checkpoint.save(net, path.join(folder, 'bag.safetensors'));
    const copy = new Bag().eval();
    await checkpoint.load(copy, path.join(folder, 'bag.safetensors'));
    assert.deepEqual(copy.forward(...inputs).arraySync(), net.forward(...inputs).arraySync());
  });

  for (const mode of ['static', 'dynamic', 'weight-only'] as const) {
    it(`is quantized: ${mode}`, async () => {
      const { net, inputs } = bag();
      const prepared = quantize.prepare(net, { mode, inputShape: SHAPES });
      if (mode === 'static') quantize.calibrate(prepared, [inputs]);
      const model = await quantize.convert(prepared);
      const table = model.report.find(({ operation }) => operation === 'embedding');
      assert.equal(table?.form, mode === 'weight-only' ? 'int8' : 'float');
      if (mode !== 'weight-only') assert.match(table?.reason ?? '', /looked up/);
      const y = model.forward(...inputs);
      assert.ok(relativeDistance(y, net.forward(...inputs)) < 0.05);
      if (mode === 'static') assert.ok(relativeDistance(quantize.reference.runInIntegers(model, inputs), y) < 0.02);
      const file = path.join(folder, `${mode}.onnx`);
      await onnx.export(model, SHAPES, file);
      const session = await onnx.load(file);
      assert.ok(relativeDistance(await session.run(...inputs), y) < 0.02);
      await session.dispose();
      model.dispose();
    });
  }

  it('loses channels that its table makes', () => {
    const { net, inputs } = bag();
    const options = { amount: 0.5, inputShape: SHAPES, ignore: ['hidden', 'out'] };
    const small = prune.structured.shrink(net, options);
    assert.deepEqual(small.net.words.weight.shape, [WORDS, WIDTH / 2]);
    assert.equal(small.net.words.embeddingDim, WIDTH / 2);
    const masked = prune.structured.masked(net, options);
    assert.ok(relativeDistance(small.net.forward(...inputs), masked.forward(...inputs)) < 1e-5);
  });

  it('refuses what does not fit, in a sentence', () => {
    const { net, inputs } = bag();
    const [ids, mask] = inputs;
    const refused: Array<[() => unknown, RegExp]> = [
      [() => graph.trace(net, [[1, 5], [2, 5]]), /same batch.*\[1, 5\] and \[2, 5\]/],
      [() => graph.trace(net, [{ shape: [1, 5], dtype: 'float32' }, [1, 5]]), /'words' \(Embedding\).*expects integers.*float32/],
      [() => graph.trace(net, [{ shape: [1, 5], name: 'a' }, { shape: [1, 5], name: 'a' }]), /Two inputs are named 'a'/],
      [() => graph.trace(net, [{ shape: [1, 5], name: 'output' }, [1, 5]]), /name of an input.*'output'/],
      [() => net.forward(tf.ones([1, 5]), mask), /embedding expects integers \(int32\), got float32/],
      [() => net.forward(tf.add(ids, tf.scalar(9, 'int32')), mask), /rows from 0 to 10 in its second input, got 12 at \[0, 0\]/],
      [() => F.embedding(ids, tf.ones([3, 3, 3])), /table \[rows, width\], got shape \[3, 3, 3\]/],
      [() => new nn.Embedding({ numEmbeddings: 4, embeddingDim: 2, paddingIndex: 4 }), /paddingIndex.*from -4 to 3, got 4/],
    ]; // prettier-ignore
    for (const [run, message] of refused) assert.throws(run, message);
  });

  it('tells integers that real numbers are wanted', () => {
    class Mixed extends nn.Module {
      readonly words = new nn.Embedding({ numEmbeddings: 4, embeddingDim: 3 });
      forward(ids: tf.Tensor): tf.Tensor {
        return F.add(this.words.forward(ids), F.reshape(ids, [-1, 3, 1]));
      }
    }
    assert.throws(
      () => graph.trace(new Mixed(), [1, 3]),
      /expects float32 values, got the integers of input 'input': write F.toFloat/,
    );
  });
});
