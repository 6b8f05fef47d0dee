import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { models, type nn, onnx, quantize, tf } from 'scalable-inference';
import { inOnnxruntime } from '../support/onnxruntime';
import { relativeDistance } from '../support/close';
import { noise } from '../support/gradients';
import { ConvNet, disturbNormalisation, SmallNet } from './small-nets';

async function converted(
  net: nn.Module,
  x: tf.Tensor,
  options: quantize.PrepareOptions = {},
): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.prepare(net, { activations: { observer: 'minmax', ...options.activations }, ...options });
  quantize.calibrate(prepared, [x]);
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  prepared.dispose();
  return model;
}

describe('quantize: prepare, calibrate, convert', function () {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'quantize-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What onnxruntime makes of a model. */
  const inEngine = (model: nn.Module | onnx.GraphHolder, shape: number[], x: tf.Tensor): Promise<tf.Tensor> =>
    inOnnxruntime(model, x, { folder, shape });

  for (const dtype of ['quint8', 'qint8'] as const) {
    it(`the exported network equals the integer reference within one step, ${dtype} activations`, async () => {
      for (const net of [new ConvNet(), disturbNormalisation(new SmallNet())]) {
        net.eval();
        const x = noise([3, 16, 16, 3]);
        const model = await converted(net, x, { activations: { observer: 'minmax', dtype } });
        const [mine, theirs] = [quantize.reference.runInIntegers(model, x), await inEngine(model, [1, 16, 16, 3], x)];
        const last = model.report.at(-1) as quantize.LayerReport;
        const step = last.scale ?? 1e-5 * Math.max(...mine.dataSync().map(Math.abs)); // the last dense layer leaves as float
        const difference = tf.max(tf.abs(tf.sub(mine, theirs))).dataSync()[0];
        assert.ok(difference <= step * 1.0001, `${net.constructor.name}: ${difference} with a step of ${step}`);
        assert.ok(relativeDistance(theirs, net.forward(x)) < 0.1);
        assert.equal(model.inFloat().length, 0);
        assert.ok(relativeDistance(model.forward(x), mine) < 0.05);
        model.dispose();
      }
    });
  }

  it('onnxruntime merges every layer into 8-bit kernels', async () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const model = await converted(net, noise([2, 16, 16, 3]));
    const file = path.join(folder, 'kernels.onnx');
    await onnx.export(model, [1, 16, 16, 3], file);
    const kernels = await onnx.kernels(file);
    assert.deepEqual(
      [
        kernels.QLinearConv,
        kernels.QGemm,
        kernels.QLinearAdd,
        kernels.Conv,
        kernels.Gemm,
        kernels.Add,
        kernels.DequantizeLinear,
      ],
      [5, 2, 1, undefined, undefined, undefined, undefined],
    );
    model.dispose();
  });

  it('weights are a quarter of the float file', async () => {
    const net = models.create('resnet18', { seed: 1 }).eval();
    const model = await converted(net, noise([1, 64, 64, 3]));
    const sizes: number[] = [];
    for (const [i, each] of [net, model].entries()) {
      const file = path.join(folder, `${i}.onnx`);
      await onnx.export(each, [1, 64, 64, 3], file);
      sizes.push(statSync(file).size);
    }
    assert.ok(sizes[1] / sizes[0] <= 0.26, `${sizes}`);
    model.dispose();
  });

  it('reports scale, range, noise, clipping, and layers in float with the reason', async () => {
    const net = models.create('mobilenet_v3_small', { seed: 2 }).eval();
    const model = await converted(net, noise([1, 64, 64, 3]), { keepFloat: ['features.1.block.0.0'] });
    const row = (p: string, operation = 'conv2d'): quantize.LayerReport =>
      model.report.find((r) => r.path === p && r.operation === operation) as quantize.LayerReport;
    assert.deepEqual(
      [row('features.1.block.0.0').form, row('features.1.block.0.0').reason],
      ['float', 'kept in float by request'],
    );
    assert.equal(row('features.0.2', 'hardSwish').reason, 'onnxruntime has no 8-bit kernel for it');
    const first = row('features.0.0');
    assert.ok(
      first.form === 'int8' &&
        first.scale &&
        first.range &&
        first.range[0] < first.range[1] &&
        first.clippedShare === 0,
    );
    assert.ok((first.sqnrDb as number) > 25 && (first.weightSqnrDb as number) > 35);
    assert.ok(model.report.every(({ form, reason }) => (form === 'float') === (reason !== '')));
    model.dispose();
  });

  it('a narrower percentile clips more, and the report says how much', async () => {
    const net = new ConvNet().eval();
    const x = noise([4, 16, 16, 3]);
    const model = await converted(net, x, { activations: { observer: 'percentile', percentile: 90 } });
    const clipped = model.report.map(({ clippedShare }) => clippedShare as number);
    assert.ok(Math.max(...clipped) > 0.01 && Math.max(...clipped) < 0.12, `${clipped}`);
    model.dispose();
  });

  it('one scale per tensor ruins a depthwise layer with one large channel, one per channel does not', async () => {
    const net = new SmallNet().eval();
    // A channel with large weights that its bias keeps at zero, as training leaves some.
    const set = (tensor: tf.Tensor, value: tf.Tensor): void => (tensor as tf.Variable).assign(value);
    set(net.depthwise.weight, tf.mul(net.depthwise.weight, tf.tensor1d([60, 1, 1, 1, 1, 1, 1, 1])));
    set(net.depthwise.bias, tf.tensor1d([-100, 0, 0, 0, 0, 0, 0, 0]));
    const noiseOf = async (perChannel: boolean): Promise<number> => {
      const model = await converted(net, noise([2, 16, 16, 3]), { weights: { perChannel } });
      model.dispose();
      return (model.report.find(({ path: p }) => p === 'depthwise') as quantize.LayerReport).sqnrDb as number;
    };
    const [one, many] = [await noiseOf(false), await noiseOf(true)];
    assert.ok(many > one + 8, `${one} dB against ${many} dB`);
  });

  it('refuses what drifts too far, naming layers', async () => {
    const prepared = quantize.prepare(new ConvNet().eval(), { activations: { bits: 2 }, weights: { bits: 2 } });
    quantize.calibrate(prepared, [noise([2, 16, 16, 3])]);
    await assert.rejects(
      quantize.convert(prepared, { maxDrift: 0.1 }),
      /drift by .* more than the 10 % allowed\. Worst layers: .*conv\d \(/,
    );
    prepared.dispose();
  });

  it('dynamic and weight-only networks need no calibration and leave as ONNX', async () => {
    const net = disturbNormalisation(new SmallNet()).eval();
    const x = noise([2, 16, 16, 3]);
    for (const options of [
      { mode: 'dynamic' },
      { mode: 'weight-only' },
      { mode: 'weight-only', weights: { bits: 4, groupSize: 16 } },
    ] as const) {
      const prepared = quantize.prepare(net, { ...options, inputShape: [1, 16, 16, 3] });
      const model = await quantize.convert(prepared);
      const bound = 'weights' in options ? 0.3 : 0.02;
      assert.ok(relativeDistance(model.forward(x), net.forward(x)) < bound, JSON.stringify(options));
      assert.ok(relativeDistance(await inEngine(model, [1, 16, 16, 3], x), model.forward(x)) < 1e-2);
      if (options.mode === 'dynamic')
        assert.deepEqual(
          model.report.filter(({ form }) => form === 'int8').map(({ path: p }) => p),
          ['fc1', 'fc2'],
        );
      model.dispose();
      prepared.dispose();
    }
  });

  it('a constant input, dead channels and a large bias survive', async () => {
    const net = new ConvNet().eval();
    (net.conv1.weight as unknown as tf.Variable).assign(tf.mul(net.conv1.weight, tf.tensor([0, 1, 1, 1e-9, 1, 1])));
    (net.conv1.bias as unknown as tf.Variable).assign(tf.tensor1d([50, 0, 0, 30, 0, 0]));
    const x = tf.fill([1, 16, 16, 3], 0.5);
    const model = await converted(net, x);
    assert.ok(relativeDistance(model.forward(x), net.forward(x)) < 0.02);
    assert.ok(relativeDistance(await inEngine(model, [1, 16, 16, 3], x), net.forward(x)) < 0.02);
    model.dispose();
  });

  it('frees what it makes', async () => {
    const net = new ConvNet().eval();
    const x = noise([1, 16, 16, 3]);
    const before = tf.memory().numTensors;
    (await converted(net, x)).dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('mistakes have one clear message', async () => {
    const net = new ConvNet().eval();
    const x = noise([1, 16, 16, 3]);
    assert.throws(
      () => quantize.prepare(net, { mode: 'fast' as 'static' }),
      /mode must be one of 'static', 'dynamic', 'weight-only', got 'fast'/,
    );
    assert.throws(() => quantize.prepare(net, { weights: { bits: 9 } }), /bits must be an integer from 2 to 8, got 9/);
    assert.throws(
      () => quantize.prepare(net, { keepFloat: ['conv9'], inputShape: [1, 16, 16, 3] }),
      /does not have: conv9/,
    );
    assert.throws(() => quantize.calibrate(quantize.prepare(net), []), /was given no batches/);
    await assert.rejects(quantize.convert(quantize.prepare(net)), /input shape is not known/);
    await assert.rejects(
      quantize.convert(quantize.prepare(net, { inputShape: [1, 16, 16, 3] })),
      /Nothing was calibrated/,
    );
    assert.throws(() => quantize.calibrate(quantize.prepare(net), [tf.mul(x, NaN)]), /the input .*NaN/);
    const model = await converted(net, x);
    await assert.rejects(
      onnx.export(model, [1, 32, 32, 3], path.join(folder, 'x.onnx')),
      /prepared for inputs of shape \[batch, 16, 16, 3\], got \[1, 32, 32, 3\]/,
    );
    await assert.rejects(
      onnx.export(net, [1, 16, 16, 3], path.join(folder, 'x.onnx'), { opset: 11 }),
      /operator set 20, got a request for 11/,
    );
    model.dispose();
  });

  it('a value that reaches infinity keeps its layers in float, by name', async () => {
    const net = new ConvNet().eval();
    (net.conv2.weight as unknown as tf.Variable).assign(tf.fill(net.conv2.weight.shape, 3e38));
    const prepared = quantize.prepare(net, { activations: { observer: 'minmax' } });
    quantize.calibrate(prepared, [tf.ones([1, 16, 16, 3])]);
    const model = await quantize.convert(prepared, { maxDrift: Infinity });
    const floats = model.inFloat().map(({ path: p, reason }) => `${p}: ${reason}`);
    assert.ok(floats.includes('conv2: its input or output reached infinity during calibration'), floats.join('; '));
    assert.ok(model.report.some(({ path: p, form }) => p === 'conv1' && form === 'int8'));
  });

  it('a damaged file is refused', async () => {
    const file = path.join(folder, 'cut.onnx');
    await onnx.export(new ConvNet().eval(), [1, 16, 16, 3], file);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, readFileSync(file).subarray(0, 900));
    await assert.rejects(onnx.load(file), /not a readable ONNX model|cannot run/);
    await assert.rejects(onnx.load(path.join(folder, 'none.onnx')), /no readable file/);
  });
});
