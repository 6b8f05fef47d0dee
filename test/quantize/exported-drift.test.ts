import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { graph, type nn, nn as layers, onnx, quantize, tf } from 'scalable-inference';
import { noise } from '../support/gradients';
import { fillReference } from '../support/reference-weights';
import { ConvNet, SmallNet } from './small-nets';

const PICTURE = [16, 16, 3];

async function converted(net: nn.Module, mode: quantize.Mode, size: number[]): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.prepare(net.eval(), { mode, inputShape: [1, ...size] });
  if (mode === 'static') quantize.calibrate(prepared, [noise([8, ...size])]);
  const model = await quantize.convert(prepared);
  prepared.dispose();
  return model;
}

const dense = (): nn.Module =>
  new layers.Sequential([
    new layers.Linear({ inFeatures: 12, outFeatures: 20 }),
    new layers.ReLU(),
    new layers.Linear({ inFeatures: 20, outFeatures: 4 }),
  ]);

const NETWORKS: ReadonlyArray<[string, () => nn.Module, number[]]> = [
  ['every operation with an integer kernel', () => fillReference(new SmallNet()), PICTURE],
  ['convolutions', () => fillReference(new ConvNet()), PICTURE],
  ['dense layers', () => fillReference(dense()), [12]],
];

/** Shares of integers, which a dense layer reads as integers again. */
class ConvSoftmax extends layers.Module {
  readonly conv: layers.Conv2d;
  readonly head: layers.Linear;
  constructor(features: number) {
    super();
    this.conv = new layers.Conv2d({ inChannels: 3, outChannels: features, kernelSize: 1 });
    this.head = new layers.Linear({ inFeatures: features, outFeatures: 4 });
  }
  forward(x: tf.Tensor): tf.Tensor {
    const [batch, height, width] = x.shape;
    const y = this.conv.forward(x);
    const tokens = layers.functional.reshape(y, [batch, height * width, y.shape[3]!]);
    return this.head.forward(layers.functional.softmax(tokens));
  }
}

describe('quantize: drift of the exported model', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'quantize-drift-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, create, size] of NETWORKS) {
    for (const mode of ['static', 'dynamic', 'weight-only'] as const) {
      if (mode === 'dynamic' && name === 'convolutions') continue; // they stay in float
      it(`${name}, ${mode}: a model with other weights in any one layer than the simulation is not written`, async () => {
        const model = await converted(create(), mode, size);
        const file = path.join(folder, 'm.onnx');
        const right = path.join(folder, 'right.onnx');
        await onnx.export(model, [1, ...size], right);
        writeFileSync(file, 'what was there before');
        const weights = model.graph.nodes.filter((node) => graph.isQuantized(node) && node.shape.length > 1);
        assert.ok(weights.length > 1);
        const tensors = tf.memory().numTensors;
        for (const weight of weights) {
          // The simulation was compiled from the numbers before.
          const { data } = graph.quantizedOf(weight);
          const before = data.slice();
          data.reverse();
          await assert.rejects(
            onnx.export(model, [1, ...size], file),
            /m\.onnx' was not written\. The engine computes other outputs.* differ by .* rounding explains .*check: false/s,
          );
          data.set(before);
        }
        assert.equal(tf.memory().numTensors, tensors);
        assert.equal(readFileSync(file, 'utf8'), 'what was there before');
        assert.deepEqual(readdirSync(folder).sort(), ['m.onnx', 'right.onnx']);
        await onnx.export(model, [1, ...size], file);
        assert.deepEqual(readFileSync(file), readFileSync(right));
        model.dispose();
      });
    }
  }

  it('another engine may fall to the other side of an edge, not further; without a check the file is written', async () => {
    const model = await converted(fillReference(new ConvNet()), 'static', PICTURE);
    const step = model.report.at(-1)?.scale as number;
    const answers = (change: (y: tf.Tensor) => tf.Tensor) => async (x: tf.Tensor) => {
      await Promise.resolve();
      return tf.tidy(() => change(model.forward(x)));
    };
    await model.checkEngine(answers((y) => tf.add(y, tf.mul(tf.randomUniform(y.shape, -0.5, 0.5), step))));
    for (const wrong of [
      (y: tf.Tensor) => tf.mul(y, 1.2),
      (y: tf.Tensor) => tf.reverse(y, 3),
      (y: tf.Tensor) => tf.add(y, 8 * step),
      (y: tf.Tensor) => tf.mul(y, NaN),
      (y: tf.Tensor) => tf.slice(y, [0, 0, 0, 0], [-1, -1, -1, 1]),
    ])
      await assert.rejects(model.checkEngine(answers(wrong)), /computes other outputs/);
    const weight = model.graph.nodes.find((node) => graph.isQuantized(node) && node.shape.length > 1);
    graph.quantizedOf(weight as graph.GraphNode).data.reverse();
    const file = path.join(folder, 'unchecked.onnx');
    await assert.rejects(onnx.export(model, [1, ...PICTURE], file));
    assert.ok(!existsSync(file));
    await onnx.export(model, [1, ...PICTURE], file, { check: false });
    assert.ok(existsSync(file));
    model.dispose();
  });

  for (const [first, second] of [
    [layers.ReLU, layers.ReLU],
    [layers.ReLU6, layers.ReLU],
    [layers.ReLU, layers.ReLU6],
  ])
    it(`runs a dense layer under ${first.name} and ${second.name}`, async () => {
      const net = new layers.Sequential([
        new layers.Linear({ inFeatures: 12, outFeatures: 20 }),
        new first(),
        new second(),
        new layers.Linear({ inFeatures: 20, outFeatures: 4 }),
      ]);
      const model = await converted(fillReference(net), 'static', [12]);
      const file = path.join(folder, 'two.onnx');
      await onnx.export(model, [1, 12], file);
      assert.deepEqual(
        Object.keys(await onnx.kernels(file)).filter((op) => /Gemm|MatMul/.test(op)),
        ['QGemm'],
      );
      model.dispose();
    });

  for (const features of [1, 3])
    for (const dtype of ['quint8', 'qint8'] as const)
      it(`keeps the shares that softmax of ${features} integers gives a dense layer (${dtype})`, async () => {
        const net = fillReference(new ConvSoftmax(features));
        tf.tidy(() => net.conv.parameterSlot('weight')?.tensor.assign(tf.mul<tf.Tensor>(net.conv.weight, 100)));
        const x = noise([8, ...PICTURE]);
        const prepared = quantize.prepare(net.eval(), { inputShape: [1, ...PICTURE], activations: { dtype } });
        const model = await quantize.convert(quantize.calibrate(prepared, [x]), { maxDrift: Infinity });
        await onnx.export(model, [1, ...PICTURE], path.join(folder, 'softmax.onnx'));
        model.dispose();
        prepared.dispose();
      });

  it('is measured where squares of the outputs overflow', async () => {
    const drifts = [];
    for (const factor of [1, 1e20]) {
      const net = fillReference(new layers.Linear({ inFeatures: 12, outFeatures: 4 }));
      for (const [, weight] of net.namedParameters()) tf.tidy(() => weight.assign(tf.mul<tf.Tensor>(weight, factor)));
      const model = await converted(net, 'static', [12]);
      drifts.push(model.drift ?? NaN);
      model.dispose();
    }
    assert.ok(drifts[0] > 1e-4 && Math.abs(drifts[1] / drifts[0] - 1) < 0.3, drifts.join());
  });

  it('agrees where the network gives no numbers, and the engine none either', async () => {
    const net = fillReference(dense());
    for (const [, weight] of net.namedParameters()) tf.tidy(() => weight.assign(tf.mul<tf.Tensor>(weight, 1e30)));
    const model = await converted(net, 'dynamic', [12]);
    assert.ok(tf.tidy(() => model.forward(noise([4, 12])).dataSync()).some(Number.isNaN));
    await onnx.export(model, [1, 12], path.join(folder, 'nan.onnx'));
    model.dispose();
  });

  it('is looked at after the network was disposed of too', async () => {
    const model = await converted(fillReference(new ConvNet()), 'weight-only', PICTURE);
    model.dispose();
    await onnx.export(model, [1, ...PICTURE], path.join(folder, 'late.onnx'));
  });
});
