import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ort from 'onnxruntime-node';
import { nn, onnx, quantize, tf } from 'scalable-inference';
import { disturbNormalisation, SmallNet } from './small-nets';

const furthest = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);

const dense = (inFeatures: number, outFeatures: number, bias = true): nn.Linear =>
  new nn.Linear({ inFeatures, outFeatures, bias });

/** Networks whose weights alone are integers; onnxruntime has a kernel that would round the inputs of most of them too. */
const NETWORKS: ReadonlyArray<[string, () => nn.Module, number[]]> = [
  ['a dense layer', () => dense(64, 16), [64]],
  ['a wide dense layer without a bias', () => dense(256, 48, false), [256]],
  ['dense layers over tokens', () => new nn.Sequential([dense(32, 64), new nn.GELU(), dense(64, 32)]), [5, 32]],
  ['attention', () => new nn.MultiheadAttention({ embedDim: 32, numHeads: 4 }), [6, 32]],
  ['convolutions and dense layers', () => disturbNormalisation(new SmallNet()), [16, 16, 3]],
];

describe('quantize: integer weights, products in float', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'quantize-weights-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, create, size] of NETWORKS) {
    for (const weights of [{}, { perChannel: false }, { bits: 4, groupSize: 16 }]) {
      it(`${name}, ${JSON.stringify(weights)}: any onnxruntime session computes what is simulated, to 1e-5`, async () => {
        const net = create().eval();
        const x = tf.randomNormal([8, ...size], 0, 1, 'float32', 3);
        const options: quantize.PrepareOptions = { mode: 'weight-only', inputShape: [1, ...size], weights };
        const model = await quantize.convert(quantize.prepare(net, options));
        const simulated = model.forward(x);
        assert.ok(furthest(simulated, net.forward(x)) > 1e-4, 'the weights are not rounded');
        const file = path.join(folder, 'weights.onnx');
        await onnx.export(model, [1, ...size], file);
        const session = await onnx.load(file);
        const loaded = await session.run(x);
        assert.ok(furthest(loaded, simulated) < 1e-5, `onnx.load: ${furthest(loaded, simulated)}`);
        await session.dispose();
        // A program that knows nothing of this library, and leaves all settings as they are.
        const plain = await ort.InferenceSession.create(file);
        const { output } = await plain.run({ input: new ort.Tensor('float32', x.dataSync() as Float32Array, x.shape) });
        const other = tf.tensor(output.data as Float32Array, [...output.dims]);
        assert.ok(furthest(other, simulated) < 1e-5, `onnxruntime: ${furthest(other, simulated)}`);
        await plain.release();
        model.dispose();
      });
    }
  }

  const FORMS = [
    [{}, 1 / 255],
    [{ perChannel: false }, 100 / 255],
    [{ bits: 4, groupSize: 16 }, 1 / 15],
  ] as const;
  for (const [weights, step] of FORMS) {
    it(`a table that is looked up, ${JSON.stringify(weights)}: rows keep a scale each, the file has integers`, async () => {
      const [rows, width] = [400, 32];
      const net = new nn.Sequential([new nn.Embedding({ numEmbeddings: rows, embeddingDim: width })]).eval();
      const [, table] = net.namedParameters()[0];
      // Every second row is a hundred times as small as the others.
      tf.tidy(() => table.assign(tf.mul(tf.randomUniform([rows, width], -1, 1, 'float32', 4), alternating(rows))));
      const ids = tf.tensor2d(
        Array.from({ length: rows }, (_, i) => i),
        [rows / 4, 4],
        'int32',
      );
      const options: quantize.PrepareOptions = { mode: 'weight-only', inputShape: [1, 4], weights };
      const model = await quantize.convert(quantize.prepare(net, options), { maxDrift: Infinity });
      assert.equal(model.report[0].form, 'int8');
      const [simulated, float] = [model.forward(ids), net.forward(ids)];
      const error = tf.tidy(() => tf.div(tf.abs(tf.sub(simulated, float)), tf.reshape(alternating(rows), [-1, 4, 1])));
      const worst = tf.max(error).dataSync()[0];
      assert.ok(worst > step / 2 && worst < step * 1.01, `${worst} of the largest number, half a step is ${step}`);
      const file = path.join(folder, 'table.onnx');
      await onnx.export(model, [1, 4], file);
      assert.ok(statSync(file).size < 0.4 * 4 * rows * width, 'the file holds real numbers');
      const session = await onnx.load(file);
      const loaded = await session.run(ids);
      assert.ok(furthest(loaded, simulated) < 1e-6);
      await session.dispose();
      tf.dispose([ids, simulated, float, error, loaded]);
      model.dispose();
    });
  }
});

/** [rows, 1]: 1, 0.01, 1, 0.01... */
const alternating = (rows: number): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({ length: rows }, (_, i) => (i % 2 ? 0.01 : 1)),
    [rows, 1],
  );
