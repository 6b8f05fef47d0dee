import type { tf } from '../../backend';
import * as ops from '../ops';

/**
 * Matrix product [..., n, k] by [..., k, m], as `torch.matmul`: leading dimensions are equal, or the second tensor is one
 * matrix [k, m] for all of them.
 *
 * @param settings `transposeA` and `transposeB` exchange the last two dimensions first
 */
export function matmul(a: tf.Tensor, b: tf.Tensor, settings: Partial<ops.MatMulAttributes> = {}): tf.Tensor {
  if (a.rank <= 2 || b.rank !== 2) return ops.matmul(a, b, settings);
  const { transposeA = false, ...rest } = settings;
  const order = [...a.shape.keys()];
  const left = transposeA ? ops.transpose(a, [...order.slice(0, -2), a.rank - 1, a.rank - 2]) : a;
  const inner = left.shape[left.rank - 1];
  const columns = b.shape[rest.transposeB ? 0 : 1] as number;
  if (inner !== b.shape[rest.transposeB ? 1 : 0]) return ops.matmul(a, b, settings); // which says what does not fit
  const product = ops.matmul(ops.reshape(left, [-1, inner]), b, rest);
  return ops.reshape(product, [-1, ...left.shape.slice(1, -1), columns]);
}
