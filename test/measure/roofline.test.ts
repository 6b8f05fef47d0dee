import * as assert from 'node:assert/strict';
import { backend, graph, measure, models, nn, tf } from 'scalable-inference';
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

  it('halves the bytes of a machine that holds halves, and leaves the arithmetic', async () => {
    const net = models.create('resnet18', { seed: 0 });
    const single = await measure.roofline(net, [2, 64, 64, 3], { machine });
    const half = await measure.roofline(net, [2, 64, 64, 3], { machine: { ...machine, valueBytes: 2 } });
    assert.equal(single.machine.valueBytes, 4);
    assert.equal(half.machine.valueBytes, 2);
    for (const [i, row] of single.rows.entries()) {
      const { bytes, flops, intensity, predictedMs } = half.rows[i];
      assert.deepEqual([2 * bytes, flops, intensity], [row.bytes, row.flops, 2 * row.intensity], row.path);
      assert.equal(predictedMs, Math.max((flops / 1e9) * 1000, (row.bytes / 2 / 1e8) * 1000), row.path);
    }
    assert.ok(half.memoryBoundShare < single.memoryBoundShare);
    net.dispose();
  });

  it('measures products in bfloat16 where the processor or card has them, and says why not elsewhere', async () => {
    const { name } = await backend.ready();
    const obstacle = graph.obstacleTo('bfloat16');
    if (obstacle) {
      await assert.rejects(measure.machine({ precision: 'bfloat16' }), {
        message: `measure.machine cannot measure bfloat16 here: ${obstacle}.`,
      });
      return;
    }
    assert.equal(name, 'tensorflow');
    const before = tf.memory().numTensors;
    const [single, half] = [await measure.machine(), await measure.machine({ precision: 'bfloat16' })];
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([half.precision, half.valueBytes, single.valueBytes], ['bfloat16', 2, 4]);
    assert.equal(half.bytesPerSecond, single.bytesPerSecond);
    assert.equal(half.balance, half.flopsPerSecond / half.bytesPerSecond);
    assert.notEqual(half.flopsPerSecond, single.flopsPerSecond);
    assert.deepEqual(await measure.machine({ precision: 'bfloat16' }), half);
    const net = new nn.Linear({ inFeatures: 8, outFeatures: 8 });
    assert.deepEqual((await measure.roofline(net, [1, 8], { precision: 'bfloat16' })).machine, {
      flopsPerSecond: half.flopsPerSecond,
      bytesPerSecond: half.bytesPerSecond,
      balance: half.balance,
      valueBytes: 2,
      device: half.device,
      precision: 'bfloat16',
    });
    net.dispose();
  });

  it('leaves the seeds of later networks as they were', async () => {
    if (graph.obstacleTo('bfloat16')) return;
    const drawn = async (between: () => Promise<unknown>): Promise<number[]> => {
      backend.seed(7);
      await between();
      const net = new nn.Linear({ inFeatures: 3, outFeatures: 2 });
      const values = [...net.weight.dataSync()];
      net.dispose();
      return values;
    };
    const measureAnew = () => measure.machine({ precision: 'bfloat16', refresh: true });
    assert.deepEqual(await drawn(measureAnew), await drawn(() => Promise.resolve()));
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
    await assert.rejects(
      measure.roofline(net, [1, 2], { machine: { ...machine, valueBytes: 8 as 4 } }),
      /machine.valueBytes must be one of 2, 4, got 8/,
    );
    await assert.rejects(measure.machine({ precision: 'int8' as 'float32' }), /one of 'float32', .* got 'int8'/);
    net.dispose();
  });
});
