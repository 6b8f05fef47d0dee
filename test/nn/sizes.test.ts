import assert from 'node:assert/strict';
import { distill, graph, nn, tf } from 'scalable-inference';
import { noise } from '../support/gradients';

const F = nn.functional;
const close = (got: tf.Tensor, wanted: tf.Tensor): void => {
  assert.deepEqual(got.shape, wanted.shape);
  assert.ok(tf.max(tf.abs(tf.sub(got, wanted))).dataSync()[0] < 1e-5);
};

describe("padding 'same'", () => {
  for (const [kernel, dilation] of [
    [[3, 3], 1],
    [[2, 4], 1],
    [
      [4, 3],
      [2, 1],
    ],
    [
      [2, 2],
      [1, 3],
    ],
  ] as const)
    it(`keeps the size, the odd zero last: kernel ${kernel.join('x')}, dilation ${String(dilation)}`, async () => {
      const conv = new nn.Conv2d({ inChannels: 2, outChannels: 3, kernelSize: kernel, padding: 'same', dilation });
      const x = noise([2, 6, 5, 2], 1);
      // torch.nn.Conv2d: of d (k - 1) zeros the floored half comes first.
      const totals = F.pair(dilation).map((step, i) => step * (kernel[i] - 1));
      const sides = totals.map((total): [number, number] => [total >> 1, total - (total >> 1)]);
      const padded = tf.pad(x, [[0, 0], ...sides, [0, 0]]);
      const wanted = F.conv2d(padded, conv.weight, conv.bias, { dilation });
      close(conv.forward(x), wanted);
      const compiled = await graph.compile(graph.trace(conv, [1, 6, 5, 2]));
      close(compiled.predict(x), wanted);
      compiled.dispose();
    });

  it('is refused for strides, as PyTorch does', () => {
    const options = { inChannels: 1, outChannels: 1, kernelSize: 3, padding: 'same', stride: 2 } as const;
    assert.throws(() => new nn.Conv2d(options), /padding='same' is not supported for strided convolutions/);
  });
});

describe('adaptive pooling', () => {
  it("takes PyTorch's windows at any size", () => {
    const x = noise([2, 5, 7, 3], 2);
    for (const size of [1, 3, [2, 9], [null, 4], [7, 1]] as const) {
      const [height, width] = (typeof size === 'number' ? [size, size] : size).map((n, i) => n ?? x.shape[i + 1]);
      const y = new nn.AdaptiveAvgPool2d(size).forward(x);
      assert.deepEqual(y.shape, [2, height, width, 3]);
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          const [top, left] = [Math.floor((i * 5) / height), Math.floor((j * 7) / width)];
          const [bottom, right] = [Math.ceil(((i + 1) * 5) / height), Math.ceil(((j + 1) * 7) / width)];
          const window = tf.slice(x, [0, top, left, 0], [-1, bottom - top, right - left, -1]);
          close(tf.reshape(tf.slice(y, [0, i, j, 0], [-1, 1, 1, -1]), [2, 3]), tf.mean(window, [1, 2]));
        }
    }
  });

  it('refuses sizes that are none', () => {
    assert.throws(() => new nn.AdaptiveAvgPool2d(0), /outputSize of AdaptiveAvgPool2d/);
  });
});

describe('matmul by one matrix', () => {
  it('is that of each matrix, in any position', () => {
    const [a, b] = [noise([2, 3, 4, 5], 3), noise([5, 6], 4)];
    const wanted = tf.stack(tf.unstack(tf.reshape(a, [6, 4, 5])).map((each) => tf.matMul(each, b)));
    const whole = tf.reshape(wanted, [2, 3, 4, 6]);
    close(F.matmul(a, b), whole);
    close(F.matmul(a, tf.transpose(b), { transposeB: true }), whole);
    close(F.matmul(tf.transpose(a, [0, 1, 3, 2]), b, { transposeA: true }), whole);
    assert.throws(() => F.matmul(a, noise([4, 6], 5)), /matmul cannot multiply/);
  });
});

describe("a teacher's logits", () => {
  it('that are not finite are named by picture and class', () => {
    const student = tf.zeros([2, 3]);
    const labels = tf.tensor1d([0, 1], 'int32');
    for (const value of [-Infinity, NaN, Infinity]) {
      const teacher = tf.tensor2d([[0, 0, 0], [0, value, 0]]); // prettier-ignore
      assert.throws(() => distill.loss({ student, teacher, labels }), /logit of picture 1 of the batch for class 1 is/);
      assert.throws(() => distill.plainLoss({ student, teacher, labels }), /for class 1 is/);
    }
  });
});
