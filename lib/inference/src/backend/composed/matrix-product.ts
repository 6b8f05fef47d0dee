import { tf } from '../tf';
import type { Call } from './composition';

interface Transposed {
  transposeA: boolean;
  transposeB: boolean;
}

const swapped = (t: tf.Tensor): tf.Tensor => {
  const order = t.shape.map((_, i) => i);
  return tf.transpose(t, [...order.slice(0, -2), t.rank - 1, t.rank - 2]);
};

/** Product of matrices: XNNPACK takes neither factor transposed, so that is done before. */
export function matrixProduct({ inputs: { a, b }, attributes, own }: Call): tf.Tensor {
  const { transposeA, transposeB } = attributes as Transposed;
  const plain = { a: transposeA ? swapped(a) : a, b: transposeB ? swapped(b) : b };
  return own(plain, { ...attributes, transposeA: false, transposeB: false });
}
