import * as assert from 'node:assert/strict';
import { measure, models, nn, tf } from 'scalable-inference';
import { sum } from './support';

const machine = { flopsPerSecond: 1e9, bytesPerSecond: 1e8 };

describe('measure.roofline', () => {
  it('takes the longer of arithmetic and traffic, layer by layer', async () => {
    const net = new nn.Sequential([
      new nn.Conv2d({ inChannels: 64, outChannels: 64, kernelSize: 3, padding: 1 }),
      new nn.ReLU(),
    ]);
    const { rows, predictedMs, memoryBoundShare } = await measure.roofline(net, [1, 8, 8, 64], { machine });
    const flops = 2 * 64 * 64 * 9 * 64;
    assert.deepEqual(
      rows.map(({ path, bound }) => [path, bound]),
      [
        ['0', 'compute'],
        ['1', 'memory'],
      ],
    );
    assert.equal(rows[0].predictedMs, (flops / 1e9) * 1000);
    assert.equal(rows[1].predictedMs, ((2 * 4 * 4096) / 1e8) * 1000);
    assert.equal(predictedMs, rows[0].predictedMs + rows[1].predictedMs);
    assert.equal(memoryBoundShare, rows[1].predictedMs / predictedMs);
    net.dispose();
  });

  it('stands beside a measured time', async () => {
    const net = models.create('resnet18', { seed: 0 });
    const plain = await measure.roofline(net, [2, 64, 64, 3], { machine });
    const beside = await measure.roofline(net, [2, 64, 64, 3], { machine, measuredMs: plain.predictedMs * 3 });
    assert.equal(beside.slowdown, 3);
    assert.equal('measuredMs' in plain, false);
    assert.ok(Math.abs(sum(plain.rows.map(({ share }) => share)) - 1) < 1e-9);
    assert.ok(plain.rows.every(({ predictedMs }) => predictedMs > 0));
    net.dispose();
  });

  it('measures the machine once, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const first = await measure.machine();
    assert.equal(tf.memory().numTensors, before);
    assert.ok(first.flopsPerSecond > first.bytesPerSecond / 100 && Number.isFinite(first.flopsPerSecond));
    assert.equal(first.balance, first.flopsPerSecond / first.bytesPerSecond);
    assert.deepEqual(await measure.machine(), first);
  });

  it('refuses speeds and times that are none', async () => {
    const net = new nn.Linear({ inFeatures: 2, outFeatures: 2 });
    await assert.rejects(
      measure.roofline(net, [1, 2], { machine: { ...machine, bytesPerSecond: 0 } }),
      /bytesPerSecond must be a finite number above 0, got 0/,
    );
    await assert.rejects(
      measure.roofline(net, [1, 2], { machine, measuredMs: NaN }),
      /measuredMs must be a number above 0, got NaN/,
    );
    net.dispose();
  });
});
