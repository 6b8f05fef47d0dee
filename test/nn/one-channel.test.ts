import assert from 'node:assert/strict';
import { graph, nn, tf } from 'scalable-inference';
import { noise } from '../support/gradients';

/** Convolution of [batch, height, width, 1] by its definition. */
function byDefinition(x: tf.Tensor4D, w: tf.Tensor4D, stride: [number, number], padding: [number, number]): tf.Tensor {
  const sides = padding.map((n): [number, number] => [n, n]);
  const picture = tf.pad(x, [[0, 0], ...sides, [0, 0]]).arraySync();
  const kernel = w.arraySync();
  const places = (axis: 0 | 1): number[] => {
    const length = (axis === 0 ? picture[0].length : picture[0][0].length) - w.shape[axis];
    return Array.from({ length: Math.floor(length / stride[axis]) + 1 }, (_, i) => i * stride[axis]);
  };
  const at = (rows: number[][][], top: number, left: number, out: number): number =>
    kernel.reduce(
      (sum, row, i) => row.reduce((part, cell, j) => part + rows[top + i][left + j][0] * cell[0][out], sum),
      0,
    );
  const outputs = Array.from({ length: w.shape[3] }, (_, out) => out);
  return tf.tensor(
    picture.map((rows) =>
      places(0).map((top) => places(1).map((left) => outputs.map((out) => at(rows, top, left, out)))),
    ),
  );
}

const CASES: Array<
  [size: [number, number], kernel: [number, number], stride: [number, number], padding: [number, number]]
> = [
  [
    [6, 1],
    [4, 3],
    [1, 2],
    [0, 1],
  ],
  [
    [6, 3],
    [2, 2],
    [1, 3],
    [0, 0],
  ],
  [
    [6, 5],
    [4, 4],
    [1, 2],
    [0, 0],
  ],
  [
    [6, 2],
    [3, 4],
    [1, 3],
    [1, 1],
  ],
  [
    [5, 4],
    [4, 3],
    [1, 3],
    [1, 0],
  ],
  [
    [3, 6],
    [2, 2],
    [3, 1],
    [0, 0],
  ],
  [
    [7, 9],
    [3, 3],
    [2, 3],
    [1, 1],
  ],
];

// oneDNN's kernel for one channel read beside its input in the first five, and gave what lay there.
describe('convolution of pictures with one channel and unequal strides', () => {
  for (const [[height, width], [kh, kw], stride, padding] of CASES) {
    it(`${height}x${width}, kernel ${kh}x${kw}, strides ${stride.join(', ')}, padding ${padding.join(', ')}`, async () => {
      const conv = new nn.Conv2d({ inChannels: 1, outChannels: 3, kernelSize: [kh, kw], stride, padding }).eval();
      const x = noise([2, height, width, 1], 3) as tf.Tensor4D;
      const wanted = tf.add(byDefinition(x, conv.weight, stride, padding), conv.bias);
      const far = (got: tf.Tensor): number => tf.max(tf.abs(tf.sub(got, wanted))).dataSync()[0];
      for (const net of [conv, new nn.Sequential([conv, new nn.ReLU()]).eval()]) {
        const rectify =
          net === conv ? (y: tf.Tensor) => y : (y: tf.Tensor) => tf.add(tf.relu(y), tf.sub(wanted, tf.relu(wanted)));
        assert.ok(far(rectify(net.forward(x))) < 1e-5, 'eager');
        const run = await graph.compile(graph.trace(net, [1, height, width, 1]));
        assert.ok(far(rectify(run.predict(x))) < 1e-5, 'compiled');
        run.dispose();
      }
      const { grads } = tf.variableGrads(() => tf.sum(tf.mul(conv.forward(x), wanted)));
      // The bias' gradient is the sum of what is asked for; the weight's is linear in x, so it times the weight is y · wanted.
      const [weight] = conv.namedParameters().map(([, tensor]) => tensor);
      const along = tf.sum(tf.mul(grads[weight.name], weight)).dataSync()[0];
      const plain = tf.sum(tf.mul(tf.sub(wanted, conv.bias), wanted)).dataSync()[0];
      assert.ok(
        Math.abs(along - plain) < 1e-4 * Math.max(1, Math.abs(plain)),
        `gradient: ${along} instead of ${plain}`,
      );
    });
  }
});
