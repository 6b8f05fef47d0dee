import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, graph, measure, nn, type onnx, prune, quantize, tf } from 'scalable-inference';
import { inOnnxruntime } from '../support/onnxruntime';
import { checkGradients, noise } from '../support/gradients';
import { integersOf, operationOf, OPERATIONS, type Promises } from './operations';
import { relativeDistance } from '../support/close';

// Taken when this file is loaded: other tests define operations of their own later.
const REGISTERED = nn.ops
  .allOps()
  .map(({ name }) => name)
  .filter((name) => !name.startsWith('test.'));

/** All positive: among them are variances. */
const weightsOf = ({ weights = [] }: Promises): tf.Tensor[] =>
  weights.map((shape, i) => tf.tidy(() => tf.add(tf.mul(noise(shape, 10 + i), 0.5), 0.75)));

/** A tensor for each input of the network that has the operation. @param x shape of the first one */
const inputsOf = (promises: Promises, seed: number, x = promises.x): [tf.Tensor, ...tf.Tensor[]] => [
  noise(x, seed),
  ...(promises.integers ? [integersOf(promises)] : []),
];
const shapesOf = (promises: Promises, x = promises.x): number[][] => [
  x,
  ...(promises.integers ? [promises.integers] : []),
];

/** The operation alone, as a network. */
class Alone extends nn.Module {
  constructor(
    protected readonly promises: Promises,
    more: tf.Tensor[] = [],
  ) {
    super();
    [...weightsOf(promises), ...more].forEach((tensor, i) => this.registerParameter(`p${i}`, tensor));
  }
  protected weights(): tf.Tensor[] {
    return (this.promises.weights ?? []).map((_, i) => this.value(`p${i}`));
  }
  forward(x: tf.Tensor, integers = integersOf(this.promises)): tf.Tensor {
    return this.promises.run(x, this.weights(), integers);
  }
}

/** The operation on parameters alone; its result is added to the input. */
class OnParameters extends Alone {
  constructor(promises: Promises) {
    super(promises, [noise(promises.x, 3)]);
  }
  override forward(x: tf.Tensor): tf.Tensor {
    const last = this.promises.weights?.length ?? 0;
    return nn.functional.add(x, this.promises.run(this.value(`p${last}`), this.weights(), integersOf(this.promises)));
  }
}

/** The operation between two layers, the first of which makes its channels. */
class Between extends Alone {
  readonly before: nn.Module;
  readonly after: nn.Linear;
  constructor(promises: Promises, features: number) {
    super(promises);
    const channels = promises.x.at(-1) as number;
    this.before =
      promises.x.length === 4
        ? new nn.Conv2d({ inChannels: 3, outChannels: channels, kernelSize: 1 })
        : new nn.Linear({ inFeatures: 3, outFeatures: channels });
    this.after = new nn.Linear({ inFeatures: features, outFeatures: 5 });
  }
  override forward(x: tf.Tensor, ...more: [tf.Tensor]): tf.Tensor {
    return this.after.forward(nn.functional.flatten(super.forward(this.before.forward(x), ...more)));
  }
}

function between(promises: Promises): { net: Between; shapes: number[][]; sample: [tf.Tensor, ...tf.Tensor[]] } {
  backend.seed(1);
  const y = tf.tidy(() => new Alone(promises).forward(noise(promises.x)).shape);
  const net = new Between(
    promises,
    y.slice(1).reduce((a, b) => a * b, 1),
  ).eval();
  const shape = [...promises.x.slice(0, -1), 3];
  return { net, shapes: shapesOf(promises, shape), sample: inputsOf(promises, 2, shape) };
}

describe('operations by reader', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'operations-'));
  after(() => rmSync(folder, { recursive: true }));

  const inEngine = (net: nn.Module | onnx.GraphHolder, x: readonly tf.Tensor[]): Promise<tf.Tensor> =>
    inOnnxruntime(net, x, { folder });

  it('every operation has a line, and every line an operation', () => {
    assert.deepEqual(REGISTERED.sort(), [...new Set(Object.keys(OPERATIONS).map(operationOf))].sort());
  });

  for (const [line, promises] of Object.entries(OPERATIONS)) {
    const name = operationOf(line);
    const inputs = inputsOf(promises, 1);
    const isTheOne = ({ op }: graph.GraphNode): boolean => op === name;

    describe(line, () => {
      it('is recorded with the shape that its kernel gives, and evaluated alike', () => {
        const net = new Alone(promises);
        const traced = graph.trace(net, shapesOf(promises));
        assert.equal(traced.nodes.filter(isTheOne).length, 1);
        const [eager, evaluated] = [net.forward(...inputs), graph.evaluate(traced, inputs)];
        assert.deepEqual(traced.output.shape, eager.shape);
        assert.deepEqual(evaluated.dataSync(), eager.dataSync());
      });

      it('is counted by three conventions', () => {
        const counts = (['macs', 'ptflops', 'fvcore'] as const).map((convention) => {
          const { macs, uncounted } = measure.complexity(new Alone(promises), shapesOf(promises), { convention });
          assert.deepEqual(uncounted, []);
          return macs;
        });
        assert.deepEqual(counts, promises.counts);
      });

      it('is compiled for TensorFlow, with the values of its kernel', async function () {
        const net = new Alone(promises);
        let compiled: graph.CompiledGraph;
        try {
          compiled = await graph.compile(graph.trace(net, shapesOf(promises)));
        } catch (error) {
          if (!promises.oneDnn) throw error;
          assert.match((error as Error).message, /_Mkl/);
          return this.skip();
        }
        assert.ok(relativeDistance(compiled.predict(...inputs), net.forward(...inputs)) < 1e-5);
        compiled.dispose();
      });

      it(`${promises.onnx ? 'is refused by' : 'is compiled for'} onnxruntime`, async () => {
        const net = new Alone(promises);
        const compiling = graph.compile(graph.trace(net, shapesOf(promises)), { engine: 'onnxruntime' });
        if (promises.onnx) return assert.rejects(compiling, promises.onnx);
        const compiled = await compiling;
        assert.equal(compiled.engine, 'onnxruntime');
        assert.ok(relativeDistance(compiled.predict(...inputs), net.forward(...inputs)) < 1e-5);
        compiled.dispose();
      });

      it(`is ${promises.onnx ? 'refused by' : 'exported as'} ONNX`, async () => {
        const net = new Alone(promises);
        if (promises.onnx) await assert.rejects(inEngine(net, inputs), promises.onnx);
        else assert.ok(relativeDistance(await inEngine(net, inputs), net.forward(...inputs)) < 1e-5);
      });

      it('is computed once where it reads parameters alone', () => {
        const net = new OnParameters(promises);
        const { shape } = net.forward(tf.scalar(0));
        const folded = graph.foldConstants(graph.trace(net, shape, { anyBatch: false })); // of the parameters' size
        assert.ok(!folded.nodes.some(isTheOne) || name === 'add');
        const input = noise(shape, 5);
        assert.deepEqual(graph.evaluate(folded, input).dataSync(), net.forward(input).dataSync());
      });

      it(`has ${promises.gradient === false ? 'no gradients' : 'the gradients of what it computes'}`, () => {
        const check = (): void =>
          checkGradients(
            (input, ...weights) => promises.run(input, weights, integersOf(promises)),
            [noise(promises.x, 1), ...weightsOf(promises)],
          );
        if (promises.gradient === false) assert.throws(check);
        else check();
      });

      it(`between quantized layers: ${promises.int8}`, async () => {
        const { net, shapes, sample } = between(promises);
        const prepared = quantize.prepare(net, { inputShape: shapes });
        const row = prepared.rows().find((each) => each.operation === name || each.fused === name);
        if (promises.int8 === 'int8') assert.ok(row?.int8);
        else if (promises.int8 === 'float') assert.ok(row?.int8 === false && row.reason);
        else assert.equal(row, undefined);
        const model = await quantize.convert(quantize.calibrate(prepared, [sample]), { maxDrift: 0.2 });
        const readers = model.graph.nodes.filter(({ inputs: [first] }) => first?.op === name);
        const rounded = readers.every(({ op }) => op === 'quantizeDequantize');
        if (promises.int8 === 'folded') assert.equal(readers.length, 0);
        else if (!row) assert.equal(rounded, promises.int8 === 'moves');
        const y = model.forward(...sample);
        assert.ok(relativeDistance(quantize.reference.runInIntegers(model, sample), y) < 0.02, 'integer reference');
        if (promises.onnx) await assert.rejects(inEngine(model, sample), promises.onnx);
        else assert.ok(relativeDistance(await inEngine(model, sample), y) < 0.02, 'onnxruntime');
        model.dispose();
      });

      it(`channels before it are ${promises.prune === 'cut' ? 'cut' : 'kept'}`, () => {
        const { net, shapes, sample } = between(promises);
        const options = { amount: 0.5, inputShape: shapes, ignore: ['after'] };
        if (promises.prune !== 'cut') {
          const reason = promises.prune;
          return assert.throws(
            () => prune.structured.plan(net, options),
            (error: Error) => /nothing of this network can be cut/i.test(error.message) && reason.test(error.message),
          );
        }
        const small = prune.structured.shrink(net, options);
        assert.ok(small.groups.some((group) => group.name === 'before'));
        const masked = prune.structured.masked(net, options);
        const forward = (each: Between): tf.Tensor => each.forward(...(sample as [tf.Tensor, tf.Tensor]));
        assert.ok(relativeDistance(forward(small.net), forward(masked)) < 1e-5);
      });
    });
  }
});
