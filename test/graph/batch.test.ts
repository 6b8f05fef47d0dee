import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backend, datasets, distill, graph, measure, nn, onnx, quantize, tf } from 'scalable-inference';
import { batchOf, Body, F, PICTURE, tokens, type Forward } from './body';
import { relativeDistance } from '../support/close';

const head: Forward = (x, net) => net.fc.forward(F.mean(x, [1]));

/** Heads folded into the batch and taken out again. */
const attention: Forward = (x, net) => {
  const y = net.mix.forward(tokens(x));
  const split = F.reshape(F.transpose(F.reshape(y, [batchOf(x), 12, 3, 2]), [0, 2, 1, 3]), [batchOf(x) * 3, 12, 2]);
  const mixed = F.matmul(F.softmax(F.matmul(split, split, { transposeB: true })), split);
  return head(F.reshape(F.transpose(F.reshape(mixed, [batchOf(x), 3, 12, 2]), [0, 2, 1, 3]), [batchOf(x), 12, 6]), net);
};

/** Name, inputs of the dense layer at the end, forward. */
const IDIOMS: ReadonlyArray<readonly [string, number, Forward]> = [
  ['reshape(x, [x.shape[0], -1])', 72, (x, net) => net.fc.forward(F.reshape(x, [batchOf(x), -1]))],
  ['reshape(x, [x.shape[0], -1, 6])', 6, (x, net) => head(F.reshape(x, [batchOf(x), -1, 6]), net)],
  ['all sizes named', 72, (x, net) => net.fc.forward(F.reshape(net.conv.forward(x), [batchOf(x), 72]))],
  ['heads folded into the batch', 6, attention],
  [
    'positions folded into the batch',
    6,
    (x, net) => head(F.reshape(net.mix.forward(F.reshape(x, [batchOf(x) * 12, 6])), [batchOf(x), 12, 6]), net),
  ],
  ['slice with x.shape[0]', 36, (x, net) => net.fc.forward(F.flatten(F.slice(x, [0, 1, 0, 0], [batchOf(x), 2, 3, 6])))],
  ['zeros of the batch size', 6, (x, net) => head(F.concat([tf.zeros([batchOf(x), 2, 6]), tokens(x)], 1), net)],
  [
    'a class token for every picture',
    6,
    (x, net) => head(F.concat([F.add(tf.zeros([batchOf(x), 1, 6]), net.value('token')), tokens(x)], 1), net),
  ],
  [
    'a class token picked by gather',
    6,
    (x, net) => {
      const rows = F.gather(
        net.value('table'),
        Array.from({ length: 2 * batchOf(x) }, (_, i) => 1 + (i % 2)),
      );
      return head(F.concat([tokens(x), F.reshape(rows, [batchOf(x), 2, 6])], 1), net);
    },
  ],
  ['a constant added to every picture', 6, (x, net) => head(F.add(tokens(x), tf.fill([batchOf(x), 1, 1], 0.5)), net)],
  [
    'a mask tiled over the folded batch',
    6,
    (x, net) => {
      const rows = F.reshape(x, [batchOf(x) * 4, 3, 6]);
      const mask = tf.tile(tf.range(0, 12, 1).reshape([4, 3, 1]), [batchOf(x), 1, 1]);
      return head(F.reshape(F.add(rows, mask), [batchOf(x), 12, 6]), net);
    },
  ],
  [
    'tokens first',
    6,
    (x, net) => {
      const y = net.mix.forward(F.transpose(tokens(x), [1, 0, 2])); // [tokens, batch, features]
      return net.fc.forward(F.mean(F.relu(net.mix.forward(y)), [0]));
    },
  ],
  [
    'heads before the batch',
    6,
    (x, net) => {
      const y = F.reshape(F.transpose(F.reshape(tokens(x), [batchOf(x), 12, 3, 2]), [2, 0, 1, 3]), [-1, 12, 2]);
      return head(F.reshape(F.transpose(F.reshape(y, [3, batchOf(x), 12, 2]), [1, 2, 0, 3]), [-1, 12, 6]), net);
    },
  ],
  [
    'a picture and its mirror in one batch',
    6,
    (x, net) => {
      const both = net.conv.forward(F.concat([x, F.roll(x, [1], [2])], 0));
      return head(F.mean(F.reshape(both, [2, batchOf(x), 12, 6]), [0]), net);
    },
  ],
];

const BATCHES = [1, 3, 7];
const pictures = (batch: number): tf.Tensor => tf.randomNormal([batch, ...PICTURE], 0, 1, 'float32', 3);
const network = (inFeatures: number, forward: Forward): Body => {
  backend.seed(4);
  return new Body(inFeatures, forward).eval();
};

/** Compares what a reader gives with `forward`, at several batch sizes; frees everything. */
async function sameAsForward(
  net: nn.Module,
  read: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>,
  most = 1e-5,
): Promise<void> {
  for (const batch of BATCHES) {
    const x = pictures(batch);
    const [wanted, got] = [net.forward(x), await read(x)];
    assert.deepEqual(got.shape, wanted.shape, `batch ${batch}`);
    const distance = relativeDistance(got, wanted);
    assert.ok(distance < most, `batch ${batch}: differs by ${distance} of the norm`);
    tf.dispose([x, wanted, got]);
  }
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'batch-test-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inInt8(net: nn.Module): Promise<void> {
  const prepared = quantize.prepare(net, { inputShape: [1, ...PICTURE] });
  quantize.calibrate(prepared, [pictures(16)]);
  await sameAsForward(net, (x) => prepared.run(x));
  const model = await quantize.convert(prepared, { maxDrift: 0.2 });
  await sameAsForward(net, (x) => model.forward(x), 0.2);
  await sameAsForward(
    { forward: (x: tf.Tensor) => model.forward(x) } as nn.Module,
    (x) => quantize.reference.runInIntegers(model, x),
    0.02,
  );
  model.dispose();
  prepared.dispose();
}

const READERS: Readonly<Record<string, (net: nn.Module) => Promise<void>>> = {
  async compiled(net) {
    for (const engine of ['tensorflow', 'onnxruntime', 'plan'] as const)
      for (const traced of [1, 3]) {
        const run = await graph.compile(graph.trace(net, [traced, ...PICTURE]), { engine });
        assert.deepEqual(
          [run.inputShape, run.outputShape],
          [
            [-1, ...PICTURE],
            [-1, 4],
          ],
        );
        await sameAsForward(net, (x) => run.predict(x));
        run.dispose();
      }
  },
  ONNX: (net) =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'net.onnx');
      await onnx.export(net, [1, ...PICTURE], file);
      const session = await onnx.load(file, { threads: 1 });
      await sameAsForward(net, (x) => session.run(x));
      await session.dispose();
    }),
  SavedModel: (net) =>
    inFolder(async (folder) => {
      await graph.saveSavedModel(graph.trace(net, [1, ...PICTURE]), folder);
      const native = backend.nativeBackend();
      const loaded = native.loadSavedModelMetaGraph(folder, 'serve');
      await sameAsForward(net, (x) => native.runSavedModel(loaded, [x], [{ name: 'input:0' }], ['output:0'])[0]);
      native.deleteSavedModel(loaded);
    }),
  int8: inInt8,
  async counted(net) {
    const macs = (batch: number): number => measure.complexity(net, [batch, ...PICTURE]).macs;
    assert.equal(macs(5), 5 * macs(1));
  },
};

describe('graph: networks that name the batch size', () => {
  before(() => backend.ready());

  for (const [name, inFeatures, forward] of IDIOMS)
    for (const [reader, run] of Object.entries(READERS))
      it(`${name}: ${reader}, at any batch size`, async () => {
        const before = tf.memory().numTensors;
        const net = network(inFeatures, forward);
        await tf.nextFrame();
        const sample = reader === 'int8' ? 1 : 0; // calibration pictures, which are the caller's
        await run(net);
        net.dispose();
        assert.equal(tf.memory().numTensors - before, sample);
      });

  it('labels every picture of a set', async () => {
    class Teacher extends nn.Module {
      readonly fc = new nn.Linear({ inFeatures: 3, outFeatures: 10 });
      forward(x: tf.Tensor): tf.Tensor {
        return this.fc.forward(F.mean(F.reshape(x, [batchOf(x), -1, 3]), [1]));
      }
    }
    const [teacher, set] = [new Teacher().eval(), datasets.generated({ count: 5, size: 12 })];
    const logits = await distill.teacherLogits(teacher, set, {});
    const [{ x }] = set.batches({ batchSize: 5 });
    const wanted = tf.tidy(() => teacher.forward(x));
    assert.ok(relativeDistance(tf.tensor(logits.plain, [5, 10]), wanted) < 1e-5);
  });

  it('writes only what a reader needs: shapes with -1 for the batch, constants of one picture', () => {
    const { nodes } = graph.trace(network(...parts('zeros of the batch size')), [3, ...PICTURE]);
    const { constant, attrs } = nodes.find(({ op }) => op === 'constant') ?? assert.fail();
    assert.deepEqual([constant?.shape, attrs], [[1, 2, 6], {}]);
    const shapes = nodes.filter(({ op }) => op === 'reshape').map((node) => node.attrs.shape);
    assert.deepEqual(shapes, [[-1, 12, 6]]);
    assert.ok(nodes.every(({ id }, i) => id === i));
    assert.deepEqual(nodes.find(({ op }) => op === 'repeatBatch')?.shape, [3, 2, 6]);
    assert.ok(
      !graph
        .trace(network(...parts('a constant added to every picture')), [3, ...PICTURE])
        .nodes.some(({ op }) => op === 'repeatBatch'),
    );
  });
});

const parts = (name: string): [number, Forward] => {
  const [, inFeatures, forward] = IDIOMS.find(([each]) => each === name) ?? assert.fail();
  return [inFeatures, forward];
};
