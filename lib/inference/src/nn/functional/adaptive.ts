import type { tf } from '../../backend';
import * as ops from '../ops';

/** Height and width to pool to: one number for both, or a pair; null keeps the picture's. */
export type AdaptiveSize = number | null | readonly [number | null, number | null];

/**
 * Mean of as many windows as the output shall have pixels, as PyTorch's `adaptive_avg_pool2d`: of an axis of `n` pixels
 * window `i` of `m` takes those from floor(i · n / m) to ceil((i + 1) · n / m), the last left out.
 *
 * @param x [batch, height, width, channels]
 */
export function adaptiveAvgPool(x: tf.Tensor, size: AdaptiveSize): tf.Tensor {
  const [height, width] = typeof size === 'object' && size !== null ? size : [size, size];
  if (height === 1 && width === 1) return ops.globalAvgPool(x);
  return ops.adaptiveAvgPool(x, [height ?? (x.shape[1] as number), width ?? (x.shape[2] as number)]);
}
