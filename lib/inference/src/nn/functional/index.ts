/**
 * Functions that layers compute through. Each takes tensors, or the symbols of a trace, and keeps PyTorch's meaning of
 * its arguments; pictures are NHWC, convolution kernels [height, width, in / groups, out], dense weights [in, out].
 */
import type { tf } from '../../backend';
import * as ops from '../ops';
import { sizeOf } from '../../shape';

export type { Conv2dSettings, MaxPoolSettings, Pair, PoolSettings } from '../ops';
export { checkPadding, conv2d, type ConvolutionSettings, type Padding } from './convolution';
export { matmul } from './products';
export { adaptiveAvgPool, type AdaptiveSize } from './adaptive';
export {
  add,
  avgPool,
  batchNorm,
  clampMax,
  concat,
  embedding,
  exp,
  gather,
  gelu,
  globalAvgPool,
  hardSigmoid,
  hardSwish,
  l2Normalize,
  layerNorm,
  linear,
  maxPool,
  mean,
  multiply,
  pair,
  relu,
  relu6,
  reshape,
  sigmoid,
  silu,
  slice,
  softmax,
  tanh,
  toFloat,
  transpose,
} from '../ops';

/** Zeros before and after each dimension; returns x itself where there are none. */
export function pad(x: tf.Tensor, paddings: ReadonlyArray<readonly [number, number]>): tf.Tensor {
  return paddings.every(([a, b]) => a === 0 && b === 0) ? x : ops.pad(x, paddings);
}

/** [batch, ...] to [batch, features]. Pictures flatten channel by channel, as PyTorch's NCHW layout does. */
export function flatten(x: tf.Tensor): tf.Tensor {
  if (x.rank === 2) return x;
  const [height, width] = x.shape.slice(1);
  const planes = x.rank === 4 && height * width > 1 ? ops.transpose(x, [0, 3, 1, 2]) : x;
  return ops.reshape(planes, [-1, sizeOf(x.shape.slice(1))]);
}

/** Rotates elements along some axes, as `torch.roll`: what leaves at the end comes back at the beginning. */
export function roll(x: tf.Tensor, shifts: readonly number[], axes: readonly number[]): tf.Tensor {
  return axes.reduce((value, axis, i) => {
    const length = value.shape[axis];
    const shift = ((shifts[i] % length) + length) % length;
    if (shift === 0) return value;
    const part = (begin: number, size: number): tf.Tensor =>
      ops.slice(
        value,
        value.shape.map((_, d) => (d === axis ? begin : 0)),
        value.shape.map((_, d) => (d === axis ? size : -1)),
      );
    return ops.concat([part(length - shift, shift), part(0, length - shift)], axis);
  }, x);
}

/** What attention does besides weighing values by scores. */
export interface AttentionOptions {
  /**
   * Is added to the scores, [batch, heads, tokens, tokens], and broadcasts to them (see {@link attentionBias}), or makes
   * other scores of them.
   */
  bias?: tf.Tensor | null | ((scores: tf.Tensor) => tf.Tensor);
  /** What becomes of the weights before the values are summed, as dropout. Default: nothing. */
  dropout?(weights: tf.Tensor): tf.Tensor;
}

/**
 * ops.softmax(q kᵀ / sqrt(d) + bias) v for q, k, v of shape [batch, heads, tokens, d] (Vaswani et al. 2017). The reference
 * networks run it in one fused kernel, so its products are marked as what other counters leave out.
 */
export function scaledDotProductAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  { bias, dropout = (weights) => weights }: AttentionOptions = {},
): tf.Tensor {
  const fused = 'scaled_dot_product_attention' as const;
  const scaled = ops.multiply(q, constant([1 / Math.sqrt(q.shape[q.rank - 1])], [1]));
  const scores = ops.matmul(scaled, k, { transposeB: true, fused });
  const biased = typeof bias === 'function' ? bias(scores) : bias ? ops.add(scores, bias) : scores;
  return ops.matmul(dropout(ops.softmax(biased)), v, { fused });
}

/** The lowest float32: what it is added to gets no weight, yet a text of padding alone stays a number. */
const LOWEST = -3.4028234663852886e38;

/**
 * What a mask adds to the scores of attention: 0 where it is not 0, the lowest number where it is.
 *
 * @param mask int32 [batch, tokens], 1 for tokens to look at and 0 for padding; returns [batch, 1, 1, tokens]
 */
export function attentionBias(mask: tf.Tensor): tf.Tensor {
  const real = ops.toFloat(mask);
  const seen = ops.clampMax(ops.multiply(real, real), 1);
  const bias = ops.multiply(ops.add(seen, constant([-1], [1])), constant([-LOWEST], [1]));
  return ops.reshape(bias, [-1, 1, 1, mask.shape[1] as number]);
}

/** A fixed tensor: freed with the surrounding `forward`. */
export function constant(values: readonly number[] | Float32Array, shape: readonly number[]): tf.Tensor {
  return ops.constant(values, shape);
}

export { batchNormTraining } from './batch-norm-training';
export { dropout, stochasticDepth } from './noise';
