import { tf } from '../../backend';
import { defineOp } from './define';
import { FLOAT, shapeText, sizeOf, type Application } from './definition';
import { plain } from './onnx-layout';

/** Settings of a batched matrix product. */
export interface MatMulAttributes extends Record<string, unknown> {
  transposeA: boolean;
  transposeB: boolean;
  /** Set where the reference network runs the product inside a fused kernel, which other counters leave out. */
  fused?: 'scaled_dot_product_attention';
  /** Set where the reference network writes the product as an `einsum` of more than three dimensions. */
  einsum?: true;
}

/** fvcore takes the work of such an `einsum` from NumPy's report on it, which prints four digits of twice the number. */
const asReported = (macs: number): number => Math.floor(Number((2 * macs).toExponential(3)) / 2);

/** Batched matrix product of two tensors of equal rank >= 2 and equal leading dimensions. */
export const matmul = defineOp({
  name: 'matmul',
  traits: { kind: 'product' },
  signature: (a: tf.Tensor, b: tf.Tensor, settings: Partial<MatMulAttributes> = {}): Application<MatMulAttributes> => ({
    inputs: [a, b],
    attrs: { transposeA: false, transposeB: false, ...settings },
  }),
  shape([a, b], { transposeA, transposeB }) {
    const [n, k] = transposeA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)];
    const [k2, m] = transposeB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)];
    const batch = a.slice(0, -2);
    if (a.length !== b.length || k !== k2 || batch.some((d, i) => d !== b[i])) {
      throw new Error(
        `matmul cannot multiply ${shapeText(a)}${transposeA ? ' transposed' : ''} by ${shapeText(b)}${transposeB ? ' transposed' : ''}.`,
      );
    }
    return [...batch, n as number, m as number];
  },
  kernel: ([a, b], { transposeA, transposeB }) => tf.matMul(a, b, transposeA, transposeB),
  count({ inputs: [a], output, attrs }) {
    const macs = sizeOf(output) * ((attrs.transposeA ? a.at(-2) : a.at(-1)) as number);
    return {
      macs,
      ptflops: macs,
      fvcore: attrs.einsum ? asReported(macs) : macs,
      ...(attrs.fused ? { droppedBy: attrs.fused } : {}),
    };
  },
  tensorflow(emit, inputs, { attrs }) {
    return emit.node('BatchMatMulV2', inputs, {
      ...FLOAT,
      adj_x: { b: attrs.transposeA },
      adj_y: { b: attrs.transposeB },
    });
  },
  onnx(emit, { inputs, attrs: { transposeA, transposeB } }) {
    const operand = (i: number, transposed: boolean): string => {
      const rank = inputs[i].length;
      const order = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      return transposed ? emit.node('Transpose', [emit.input(i)], { perm: { ints: order } }) : emit.input(i);
    };
    return plain(emit.node('MatMul', [operand(0, transposeA), operand(1, transposeB)]));
  },
});
