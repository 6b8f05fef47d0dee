import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { graph, models, quantize, tf, type nn } from 'scalable-inference';
import { noise } from '../support/gradients';
import { inOnnxruntime } from '../support/onnxruntime';
import { fillReference } from '../support/reference-weights';
import { disturbNormalisation, SmallNet } from './small-nets';

async function quantized(net: nn.Module, x: tf.Tensor): Promise<quantize.QuantizedNetwork> {
  const prepared = quantize.calibrate(quantize.prepare(net, { activations: { observer: 'minmax' } }), [x]);
  const model = await quantize.convert(prepared, { maxDrift: Infinity });
  prepared.dispose();
  return model;
}

const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.norm(tf.sub(a, b)).dataSync()[0]);

describe('quantize: a quantized network compiled with its integers', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'compiled-integers-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, make, size] of [
    ['SmallNet', () => new SmallNet(), 16],
    ['ResNet-18', () => models.create('resnet18', { numClasses: 7 }), 64],
    ['MobileNetV3', () => models.create('mobilenet_v3_small', { numClasses: 7 }), 64],
  ] as const)
    it(`${name}: what its file gives, near the simulation, each picture as alone`, async () => {
      const net = fillReference(disturbNormalisation(make()));
      const x = tf.add(tf.mul(noise([3, size, size, 3]), 2), 0.3);
      const model = await quantized(net, x);
      const run = await graph.compile(model.graph, { integers: true });
      assert.equal(run.engine, 'onnxruntime');
      const [y, file] = [run.predict(x), await inOnnxruntime(model, x, { folder, name, shape: [1, size, size, 3] })];
      assert.deepEqual(y.dataSync(), file.dataSync());
      const [simulated, float] = [model.forward(x), net.forward(x)];
      assert.ok(distance(y, simulated) < distance(simulated, float), 'nearer to the simulation than rounding moves it');
      assert.ok(distance(y, float) > 0);
      const one = run.predict(tf.slice(x, 0, 1));
      assert.deepEqual(one.dataSync(), tf.slice(y, 0, 1).dataSync());
      run.dispose();
      model.dispose();
    });

  it('all integers: those of plain code, bit for bit', async () => {
    const net = fillReference(disturbNormalisation(new SmallNet()));
    const x = tf.add(tf.mul(noise([4, 16, 16, 3]), 2), 0.3);
    const model = await quantized(net, x);
    const run = await graph.compile(model.graph, { integers: true, engine: 'onnxruntime' });
    assert.deepEqual(run.predict(x).dataSync(), quantize.reference.runInIntegers(model, x).dataSync());
    run.dispose();
    model.dispose();
  });

  it('without the option it is the simulation', async () => {
    const net = fillReference(disturbNormalisation(new SmallNet()));
    const x = tf.add(tf.mul(noise([2, 16, 16, 3]), 2), 0.3);
    const model = await quantized(net, x);
    const run = await graph.compile(model.graph, { engine: 'fixed' });
    assert.deepEqual(run.predict(x).dataSync(), model.forward(x).dataSync());
    run.dispose();
    model.dispose();
  });

  it('refuses by name: networks without integers, other engines, half precision', async () => {
    const net = fillReference(new SmallNet());
    const float = graph.trace(net, [1, 16, 16, 3]);
    await assert.rejects(graph.compile(float, { integers: true }), /the network has none: give it the graph/);
    const model = await quantized(net, noise([2, 16, 16, 3]));
    await assert.rejects(
      graph.compile(model.graph, { integers: true, engine: 'tensorflow' }),
      /integers in onnxruntime alone, got the engine 'tensorflow'/,
    );
    await assert.rejects(graph.compile(model.graph, { integers: true, xla: true }), /or in half precision or with XLA/);
    model.dispose();
  });
});
