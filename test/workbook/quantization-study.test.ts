import assert from 'node:assert/strict';
import { graph, models, nn, quantize, tf } from 'scalable-inference';
import {
  DepthwiseNet,
  inputFactor,
  largestWeights,
  loseChannels,
  operationCounts,
  patchesOf,
} from 'scalable-inference-workbook/study';
import { relativeDistance } from '../support/close';
import { noise } from '../support/gradients';

describe("the quantization notebook's experiments", () => {
  it('write a convolution as a product of its patches', () => {
    const x = noise([2, 5, 6, 3], 1) as tf.Tensor4D;
    const kernel = noise([3, 3, 3, 4], 2) as tf.Tensor4D;
    const product = tf.matMul(patchesOf(x, 3), tf.reshape<tf.Rank.R2>(kernel, [27, 4]));
    const expected = nn.functional.conv2d(x, kernel, null, { padding: 1 });
    assert.ok(relativeDistance(tf.reshape(product, expected.shape), expected) < 1e-6);
  });

  it('factorise the inverse of damped second moments', () => {
    const x = noise([40, 6], 3) as tf.Tensor2D;
    const u = inputFactor(x, 0.05);
    assert.ok(u.every((row, i) => row.every((value, j) => j >= i || value === 0) && row[i] > 0));
    const moments = tf.div(tf.matMul(x, x, true), 40);
    const mean = tf.sum(tf.mul(moments, tf.eye(6))).dataSync()[0] / 6;
    const damped = tf.add(moments, tf.mul(tf.eye(6), 0.05 * mean));
    const inverse = tf.matMul<tf.Tensor2D>(tf.tensor2d(u), tf.tensor2d(u), true);
    assert.ok(relativeDistance(tf.matMul(inverse, damped), tf.eye(6)) < 1e-4);
    const constant = tf.ones<tf.Rank.R2>([4, 3]);
    assert.throws(() => inputFactor(constant, 0), /not positive definite: use more damping/);
  });

  it('tell activations that are computed with their layer from those that are not', () => {
    const net = new models.SmallCnn({ widths: [4, 4, 4, 4], seed: 1 }).eval();
    const prepared = quantize.prepare(net, { inputShape: [1, 8, 8, 3] });
    const rows = operationCounts({ written: graph.trace(net, [1, 8, 8, 3]), prepared: prepared.required() });
    const of = (operation: string) => rows.find((row) => row.operation === operation);
    assert.deepEqual([of('batchNorm')?.written, of('batchNorm')?.prepared], [4, 0]);
    assert.deepEqual([of('relu, on its own')?.written, of('relu, on its own')?.prepared], [4, 0]);
    const joined = of('relu, joined with the layer before it');
    assert.deepEqual([joined?.written, joined?.prepared], [0, 4]);
    assert.equal(of('parameter'), undefined);
    for (const each of [prepared, net]) each.dispose();
  });

  it('let channels die that nobody misses in float, and that set the scale of folded weights', () => {
    const net = new DepthwiseNet().eval();
    const largest = () => {
      const prepared = quantize.prepare(net, { inputShape: [1, 32, 32, 3] });
      const rows = largestWeights(prepared);
      prepared.dispose();
      return rows;
    };
    const [before, died, after] = [largest(), loseChannels(net), largest()];
    assert.equal(died, 4);
    assert.equal(before.length, 24 + 32 + 48 + 64);
    const most = (rows: typeof before) => Math.max(...rows.map(({ weight }) => weight));
    assert.ok(most(after) > 50 * most(before), `${most(before)} before, ${most(after)} after`);
    const silent = noise([1, 32, 32, 3]);
    assert.ok(net.forward(silent).dataSync().every(Number.isFinite));
    net.dispose();
  });
});
