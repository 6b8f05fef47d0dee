/**
 * Functions that layers compute through. Each takes tensors, or the symbols of a trace, and keeps PyTorch's meaning of
 * its arguments; pictures are NHWC, convolution kernels [height, width, in / groups, out], dense weights [in, out].
 */
import type { tf } from '../../backend';
import * as ops from '../ops';

/** One number for both axes, or [height, width]. */
export type Pair = number | readonly [number, number];

/** Writes a {@link Pair} out. */
export function pair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

export interface Conv2dSettings {
  stride?: Pair;
  padding?: Pair;
  dilation?: Pair;
  groups?: number;
}

export interface PoolSettings {
  kernelSize: Pair;
  /** Default: kernelSize. */
  stride?: Pair;
  padding?: Pair;
}

const withBias = (inputs: tf.Tensor[], bias?: tf.Tensor | null): tf.Tensor[] => (bias ? [...inputs, bias] : inputs);

export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor | null,
  settings: Conv2dSettings = {},
): tf.Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = settings;
  return ops.apply(ops.conv2d, withBias([x, weight], bias), {
    stride: pair(stride),
    padding: pair(padding),
    dilation: pair(dilation),
    groups,
  });
}

export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor | null): tf.Tensor {
  return ops.apply(ops.linear, withBias([x, weight], bias), {});
}

export function matmul(a: tf.Tensor, b: tf.Tensor, settings: Partial<ops.MatMulAttributes> = {}): tf.Tensor {
  return ops.apply(ops.matmul, [a, b], { transposeA: false, transposeB: false, ...settings });
}

export function batchNorm(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  return ops.apply(ops.batchNorm, [x, mean, variance, scale, offset], { epsilon });
}

export function layerNorm(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return ops.apply(ops.layerNorm, [x, scale, offset], { epsilon });
}

export function l2Normalize(x: tf.Tensor, epsilon = 1e-12): tf.Tensor {
  return ops.apply(ops.l2Normalize, [x], { epsilon });
}

export const relu = (x: tf.Tensor): tf.Tensor => ops.apply(ops.relu, [x], {});
export const relu6 = (x: tf.Tensor): tf.Tensor => ops.apply(ops.relu6, [x], {});
export const sigmoid = (x: tf.Tensor): tf.Tensor => ops.apply(ops.sigmoid, [x], {});
export const tanh = (x: tf.Tensor): tf.Tensor => ops.apply(ops.tanh, [x], {});
export const exp = (x: tf.Tensor): tf.Tensor => ops.apply(ops.exp, [x], {});
export const silu = (x: tf.Tensor): tf.Tensor => ops.apply(ops.silu, [x], {});
export const gelu = (x: tf.Tensor): tf.Tensor => ops.apply(ops.gelu, [x], {});
export const hardSigmoid = (x: tf.Tensor): tf.Tensor => ops.apply(ops.hardSigmoid, [x], {});
export const hardSwish = (x: tf.Tensor): tf.Tensor => ops.apply(ops.hardSwish, [x], {});
/** Softmax over the last dimension. */
export const softmax = (x: tf.Tensor): tf.Tensor => ops.apply(ops.softmax, [x], {});
export const clampMax = (x: tf.Tensor, max: number): tf.Tensor => ops.apply(ops.clampMax, [x], { max });
export const add = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => ops.apply(ops.add, [a, b], {});
export const multiply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => ops.apply(ops.multiply, [a, b], {});

function pool(
  op: ops.OpDefinition<ops.PoolAttributes>,
  x: tf.Tensor,
  { kernelSize, stride = kernelSize, padding = 0 }: PoolSettings,
): tf.Tensor {
  return ops.apply(op, [x], { kernelSize: pair(kernelSize), stride: pair(stride), padding: pair(padding) });
}

export const maxPool = (x: tf.Tensor, settings: PoolSettings): tf.Tensor => pool(ops.maxPool, x, settings);
export const avgPool = (x: tf.Tensor, settings: PoolSettings): tf.Tensor => pool(ops.avgPool, x, settings);
/** Mean over height and width, kept as 1: [batch, height, width, channels] to [batch, 1, 1, channels]. */
export const globalAvgPool = (x: tf.Tensor): tf.Tensor => ops.apply(ops.globalAvgPool, [x], {});

/** Give the leading dimension as -1, so that a traced graph runs with any batch size. */
export const reshape = (x: tf.Tensor, shape: readonly number[]): tf.Tensor => ops.apply(ops.reshape, [x], { shape });
export const transpose = (x: tf.Tensor, order: readonly number[]): tf.Tensor =>
  ops.apply(ops.transpose, [x], { order });
export const concat = (parts: tf.Tensor[], axis: number): tf.Tensor => ops.apply(ops.concat, parts, { axis });
export const gather = (table: tf.Tensor, indices: readonly number[]): tf.Tensor =>
  ops.apply(ops.gather, [table], { indices });

/** Elements from `begin` on, `size` of them along each dimension; -1 takes the rest (always so for the batch). */
export const slice = (x: tf.Tensor, begin: readonly number[], size: readonly number[]): tf.Tensor =>
  ops.apply(ops.slice, [x], { begin, size });

/** Zeros before and after each dimension; returns x itself where there are none. */
export function pad(x: tf.Tensor, paddings: ReadonlyArray<readonly [number, number]>): tf.Tensor {
  return paddings.every(([a, b]) => a === 0 && b === 0) ? x : ops.apply(ops.pad, [x], { paddings });
}

export const mean = (x: tf.Tensor, axes: readonly number[], keepDims = false): tf.Tensor =>
  ops.apply(ops.mean, [x], { axes, keepDims });

/** [batch, ...] to [batch, features]. Pictures flatten channel by channel, as PyTorch's NCHW layout does. */
export function flatten(x: tf.Tensor): tf.Tensor {
  if (x.rank === 2) return x;
  const [height, width] = x.shape.slice(1);
  const planes = x.rank === 4 && height * width > 1 ? transpose(x, [0, 3, 1, 2]) : x;
  return reshape(planes, [-1, x.shape.slice(1).reduce((a, b) => a * b, 1)]);
}

/** Rotates elements along some axes, as `torch.roll`: what leaves at the end comes back at the beginning. */
export function roll(x: tf.Tensor, shifts: readonly number[], axes: readonly number[]): tf.Tensor {
  return axes.reduce((value, axis, i) => {
    const length = value.shape[axis];
    const shift = ((shifts[i] % length) + length) % length;
    if (shift === 0) return value;
    const part = (begin: number, size: number): tf.Tensor =>
      slice(
        value,
        value.shape.map((_, d) => (d === axis ? begin : 0)),
        value.shape.map((_, d) => (d === axis ? size : -1)),
      );
    return concat([part(length - shift, shift), part(0, length - shift)], axis);
  }, x);
}

/**
 * softmax(q kᵀ / sqrt(d)) v for q, k, v of shape [batch, heads, tokens, d] (Vaswani et al. 2017). The reference networks
 * run it in one fused kernel, so its products are marked as what other counters leave out.
 */
export function scaledDotProductAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const fused = 'scaled_dot_product_attention' as const;
  const scaled = multiply(q, constant([1 / Math.sqrt(q.shape[q.rank - 1])], [1]));
  return matmul(softmax(matmul(scaled, k, { transposeB: true, fused })), v, { fused });
}

/** A fixed tensor: freed with the surrounding `forward`. */
export function constant(values: readonly number[] | Float32Array, shape: readonly number[]): tf.Tensor {
  return ops.constant(values, shape);
}

export { batchNormTraining } from './batch-norm-training';
export { dropout, stochasticDepth } from './noise';
