import assert from 'node:assert/strict';
import { nn, tf } from 'scalable-inference';
import { assertClose as assertWithin, type Numbers } from '../support/close';
import { checkGradients, noise } from '../support/gradients';

const F = nn.functional;

const assertClose = (got: Numbers, wanted: Numbers, tolerance = 1e-5): void =>
  assertWithin(got, wanted, { relative: tolerance, absolute: tolerance });

/** Convolution written out from its definition, the reference for every setting. */
function naiveConv(
  x: number[][][][],
  w: number[][][][],
  stride: number,
  padding: number,
  dilation: number,
  groups: number,
): number[] {
  const [height, width] = [x[0].length, x[0][0].length];
  const [kh, kw, cin, cout] = [w.length, w[0].length, w[0][0].length, w[0][0][0].length];
  const size = (n: number, k: number): number => Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;
  const result: number[] = [];
  for (const picture of x)
    for (let i = 0; i < size(height, kh); i++)
      for (let j = 0; j < size(width, kw); j++)
        for (let o = 0; o < cout; o++) {
          let sum = 0;
          const group = Math.floor(o / (cout / groups));
          for (let a = 0; a < kh; a++)
            for (let b = 0; b < kw; b++) {
              const pixel = picture[i * stride - padding + a * dilation]?.[j * stride - padding + b * dilation];
              if (pixel) for (let c = 0; c < cin; c++) sum += pixel[group * cin + c] * w[a][b][c][o];
            }
          result.push(sum);
        }
  return result;
}

describe('nn: operations', () => {
  const settings = [
    { stride: 1, padding: 0, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 1 },
    { stride: 1, padding: 2, dilation: 2, groups: 1 },
    { stride: 1, padding: 1, dilation: 1, groups: 2 },
    { stride: 2, padding: 1, dilation: 1, groups: 4 },
    { stride: 2, padding: 0, dilation: 1, groups: 2 },
    { stride: 1, padding: 1, dilation: 1, groups: 1 },
    { stride: 3, padding: 1, dilation: 1, groups: 1 },
  ];
  for (const s of settings) {
    it(`conv2d equals its definition: ${JSON.stringify(s)}`, () =>
      tf.tidy(() => {
        const [x, w] = [noise([2, 7, 8, 4], 2), noise([3, 3, 4 / s.groups, 8], 3)];
        const y = F.conv2d(x, w, null, s);
        assertClose(
          y.dataSync(),
          naiveConv(
            x.arraySync() as number[][][][],
            w.arraySync() as number[][][][],
            s.stride,
            s.padding,
            s.dilation,
            s.groups,
          ),
        );
      }));
    if (s.dilation === 1) {
      it(`conv2d has the gradient of its definition: ${JSON.stringify(s)}`, () => {
        const inputs = [noise([2, 5, 6, 4], 4), noise([3, 3, 4 / s.groups, 8], 5), noise([8], 6)];
        checkGradients((x, w, b) => F.conv2d(x, w, b, s), inputs);
        tf.dispose(inputs);
      });
    }
  }

  it('maxPool and avgPool treat padding as PyTorch does', () =>
    tf.tidy(() => {
      const x = tf.tensor4d([-1, -2, -3, -4], [1, 2, 2, 1]);
      assertClose(F.maxPool(x, { kernelSize: 3, stride: 2, padding: 1 }).dataSync(), [-1]);
      assertClose(F.avgPool(x, { kernelSize: 3, stride: 2, padding: 1 }).dataSync(), [-10 / 9]);
    }));

  const pools = [
    { size: [6, 6], kernelSize: 2, stride: 2, padding: 0 },
    { size: [7, 5], kernelSize: 2, stride: 2, padding: 0 },
    { size: [7, 8], kernelSize: 3, stride: 2, padding: 1 },
    { size: [5, 5], kernelSize: 3, stride: 1, padding: 0 },
  ];
  for (const { size, ...window } of pools) {
    it(`maxPool gives each window's gradient to its largest value, the first of equals: ${JSON.stringify({ size, ...window })}`, () =>
      tf.tidy(() => {
        // Few different values, so that most windows hold a tie.
        const x = tf.floor(tf.mul(noise([3, ...size, 20], 21), 2)) as tf.Tensor4D;
        const { kernelSize, stride, padding } = window;
        const padded = (t: tf.Tensor4D): tf.Tensor4D =>
          tf.pad(
            t,
            [
              [0, 0],
              [padding, padding],
              [padding, padding],
              [0, 0],
            ],
            -1e30,
          );
        const stock = (t: tf.Tensor): tf.Tensor => tf.maxPool(padded(t as tf.Tensor4D), kernelSize, stride, 'valid');
        const dy = noise(stock(x).shape, 22);
        const gradient = (pool: (t: tf.Tensor) => tf.Tensor): Float32Array =>
          tf.grad(pool)(x, dy).dataSync() as Float32Array;
        assert.deepEqual(F.maxPool(x, window).dataSync(), stock(x).dataSync());
        assertClose(
          gradient((t) => F.maxPool(t, window)),
          gradient(stock),
        );
      }));
  }

  it('convolution and pooling leave no tensor behind, with and without gradients', () => {
    const [x, w] = [noise([2, 6, 6, 3], 23), noise([3, 3, 3, 4], 24)];
    const net = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      F.maxPool(F.conv2d(a, b, null, { padding: 1 }), { kernelSize: 2 });
    tf.tidy(() => net(x, w));
    const before = tf.memory().numTensors;
    const y = F.maxPool(x, { kernelSize: 2 });
    assert.equal(tf.memory().numTensors, before + 1);
    y.dispose();
    tf.dispose(tf.grads(net)([x, w]));
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([x, w]);
  });

  it('flatten orders pictures channel by channel', () =>
    tf.tidy(() => {
      const x = tf.tensor4d([0, 10, 1, 11, 2, 12, 3, 13], [1, 2, 2, 2]);
      assertClose(F.flatten(x).dataSync(), [0, 1, 2, 3, 10, 11, 12, 13]);
    }));

  it('roll brings back at the front what leaves at the end', () =>
    tf.tidy(() => {
      assertClose(
        F.roll(
          tf.tensor2d([
            [1, 2, 3],
            [4, 5, 6],
          ]),
          [1, -1],
          [1, 0],
        ).dataSync(),
        [6, 4, 5, 3, 1, 2],
      );
    }));

  const curves: Array<[string, (x: tf.Tensor) => tf.Tensor, (v: number) => number]> = [
    ['silu', F.silu, (v) => v / (1 + Math.exp(-v))],
    ['hardSwish', F.hardSwish, (v) => (v * Math.min(6, Math.max(0, v + 3))) / 6],
    ['hardSigmoid', F.hardSigmoid, (v) => Math.min(6, Math.max(0, v + 3)) / 6],
    ['relu6', F.relu6, (v) => Math.min(6, Math.max(0, v))],
  ];
  for (const [name, op, reference] of curves) {
    it(`${name} equals its formula`, () =>
      tf.tidy(() => {
        const values = [-7, -3, -1.5, -0.2, 0, 0.3, 1, 2.9, 6.5];
        assertClose(op(tf.tensor1d(values)).dataSync(), values.map(reference));
      }));
  }

  it('gelu uses the exact normal distribution', () =>
    tf.tidy(() => {
      assertClose(F.gelu(tf.tensor1d([-1, 0, 1, 2])).dataSync(), [-0.15865525, 0, 0.84134475, 1.95449974]); // Φ from a table
    }));

  it('layerNorm, l2Normalize, gelu, softmax and attention have the right gradients', () => {
    const [x, scale, offset] = [noise([3, 5], 7), noise([5], 8), noise([5], 9)];
    checkGradients((a, b, c) => F.layerNorm(a, b, c), [x, scale, offset]);
    checkGradients((a) => F.l2Normalize(a), [x]);
    checkGradients((a) => F.gelu(a), [x]);
    checkGradients((a) => F.softmax(a), [x]);
    const qkv = [10, 11, 12].map((seed) => noise([2, 2, 3, 4], seed));
    checkGradients((q, k, v) => F.scaledDotProductAttention(q, k, v), qkv);
    tf.dispose([x, scale, offset, ...qkv]);
  });

  it('batchNormTraining normalises with the batch, and has the right gradients', () => {
    const inputs = [noise([4, 3, 3, 2], 13), noise([2], 14), noise([2], 15)];
    const epsilon = 1e-3;
    tf.tidy(() => {
      const { y, mean, variance } = F.batchNormTraining(inputs[0], tf.ones([2]), tf.zeros([2]), epsilon);
      const expected = tf.moments(inputs[0], [0, 1, 2]);
      assertClose(mean.dataSync(), expected.mean.dataSync());
      assertClose(variance.dataSync(), tf.mul(expected.variance, 36 / 35).dataSync());
      assertClose(tf.moments(y, [0, 1, 2]).mean.dataSync(), [0, 0], 1e-5);
    });
    checkGradients((x, a, b) => F.batchNormTraining(x, a, b, epsilon).y, inputs);
    tf.dispose(inputs);
  });

  it('batchNormTraining takes the batch into running statistics with its share', () =>
    tf.tidy(() => {
      const [x, scale, offset] = [noise([4, 3, 3, 2], 16), tf.ones([2]), tf.zeros([2])];
      const old = { mean: tf.tensor1d([1, 2]), variance: tf.tensor1d([3, 4]), momentum: 0.25 };
      const batch = F.batchNormTraining(x, scale, offset, 1e-3);
      const after = F.batchNormTraining(x, scale, offset, 1e-3, old);
      const expected = (before: number[], now: tf.Tensor): number[] =>
        before.map((v, i) => 0.75 * v + 0.25 * now.dataSync()[i]);
      assertClose(after.mean.dataSync(), expected([1, 2], batch.mean));
      assertClose(after.variance.dataSync(), expected([3, 4], batch.variance));
      assertClose(after.y.dataSync(), batch.y.dataSync());
      assertClose(old.mean.dataSync(), [1, 2]);
    }));

  it('names what was expected and what came when shapes do not fit', () =>
    tf.tidy(() => {
      const w = tf.zeros([3, 3, 4, 8]);
      assert.throws(() => F.conv2d(tf.zeros([1, 5, 5, 3]), w), /expects 4 input channels .* got shape \[1, 5, 5, 3\]/);
      assert.throws(
        () => F.conv2d(tf.zeros([5, 5, 4]), w),
        /expects pictures \[batch, height, width, channels\], got shape \[5, 5, 4\]/,
      );
      assert.throws(() => F.conv2d(tf.zeros([1, 2, 2, 4]), w), /leaves nothing of a picture of 2x2/);
      assert.throws(() => F.linear(tf.zeros([1, 5]), tf.zeros([4, 2])), /linear expects 4 features/);
      assert.throws(() => F.add(tf.zeros([2, 3]), tf.zeros([2, 4])), /cannot combine shapes \[2, 3\] and \[2, 4\]/);
      assert.throws(() => F.reshape(tf.zeros([2, 3]), [-1, 4]), /cannot turn shape \[2, 3\]/);
    }));
});
