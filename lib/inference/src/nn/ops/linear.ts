import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, shapeText, sizeOf, type Application, type NoAttributes } from './definition';
import { plain } from './onnx-layout';

/** Dense layer on the last dimension: inputs x [..., in], weight [in, out] and, if there is one, bias [out]. */
export const linear = defineOp({
  name: 'linear',
  traits: { kind: 'product', weight: 'linear' },
  signature: (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor | null): Application<NoAttributes> => ({
    inputs: bias ? [x, weight, bias] : [x, weight],
    attrs: {},
  }),
  shape([x, w, b]) {
    if (x.at(-1) !== w[0])
      throw new Error(`linear expects ${w[0]} features in the last dimension, got shape ${shapeText(x)}.`);
    if (b && b[0] !== w[1]) throw new Error(`linear expects a bias of ${w[1]} values, got shape ${shapeText(b)}.`);
    return [...x.slice(0, -1), w[1]];
  },
  kernel([x, w, b]) {
    const rows = x.rank === 2 ? x : tf.reshape(x, [-1, w.shape[0]]);
    const product = tf.matMul(rows, w);
    const y = b ? tf.add(product, b) : product;
    return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), w.shape[1] as number]);
  },
  count({ inputs: [x, w, b], output }) {
    const macs = sizeOf(x) * w[1];
    return { macs, ptflops: macs + (b ? sizeOf(output) : 0), fvcore: macs };
  },
  tensorflow(emit, [x, w, b], { inputs: [shape, weight], output, open = output }) {
    const reshape = (value: string, to: readonly number[]): string =>
      shape.length === 2
        ? value
        : emit.node('Reshape', [value, emit.ints(to)], { ...FLOAT, Tshape: { type: 'int32' } });
    const product = emit.node('MatMul', [reshape(x, [-1, weight[0]]), w], {
      ...FLOAT,
      transpose_a: { b: false },
      transpose_b: { b: false },
    });
    const y = b ? emit.node('BiasAdd', [product, b], { ...FLOAT, data_format: { s: 'NHWC' } }) : product;
    return reshape(y, open);
  },
  onnx(emit, { inputs: [x, , b], output, open = output }) {
    const bias = (): string[] => (b ? [emit.weights(2)] : []);
    if (emit.isQuantized(1)) {
      // [out, in], as torch stores it: onnxruntime merges the other order with weights that are integers alone into a
      // product that rounds its input to 8 bits (MatMulNBits). Integer products with the bias inside are for two
      // dimensions only.
      const gemm = (rows: string): string =>
        emit.node('Gemm', [rows, emit.weights(1, [1, 0]), ...bias()], { transB: { i: 1 } });
      if (x.length === 2) return plain(gemm(emit.input(0)));
      const rows = emit.node('Reshape', [emit.input(0), emit.ints([-1, x.at(-1) as number])]);
      return plain(emit.node('Reshape', [gemm(rows), emit.ints(open)]));
    }
    if (x.length === 2) return plain(emit.node('Gemm', [emit.input(0), emit.weights(1), ...bias()]));
    const product = emit.node('MatMul', [emit.input(0), emit.weights(1)]);
    return plain(b ? emit.node('Add', [product, ...bias()]) : product);
  },
});
