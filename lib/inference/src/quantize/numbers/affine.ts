import { tf } from '../../backend';
import { checkParameters, integerArray, integerRange, saturate, type IntegerData, type QuantizedDtype } from './dtype';
import { integer } from '../../check';
import { shapeText, strideOf } from '../../shape';

/** Settings of {@link quantizePerTensor}. */
export interface PerTensorOptions {
  scale: number;
  zeroPoint: number;
  dtype: QuantizedDtype;
}

/** Settings of {@link quantizePerChannel}. */
export interface PerChannelOptions {
  /** One scale per index along `axis`. */
  scales: readonly number[];
  zeroPoints: readonly number[];
  axis: number;
  dtype: QuantizedDtype;
}

/** Integers with the scale and zero point that map them back to real numbers: x ≈ (q - zeroPoint) · scale. */
export class QuantizedTensor {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: QuantizedDtype,
    /** Row-major integers. */
    readonly data: IntegerData,
    /** One scale and zero point, or one per index along `axis`. */
    readonly scales: readonly number[],
    readonly zeroPoints: readonly number[],
    readonly axis: number | null,
  ) {}

  /** The scale; the first one where there is one per channel. */
  get scale(): number {
    return this.scales[0];
  }

  /** The zero point; the first one where there is one per channel. */
  get zeroPoint(): number {
    return this.zeroPoints[0];
  }

  /** Bytes of the integers. */
  get bytes(): number {
    return this.data.byteLength;
  }

  /** The integers as an int32 tensor of the same shape; the caller frees it. */
  intRepr(): tf.Tensor {
    return tf.tensor(Int32Array.from(this.data), [...this.shape], 'int32');
  }

  /** Real numbers in float32 arithmetic, as PyTorch; the caller frees the tensor. */
  dequantize(): tf.Tensor {
    const channel = channelOf(this.shape, this.axis);
    const scales = this.scales.map(Math.fround);
    const values = Float32Array.from(
      this.data,
      (q, i) => Math.fround(q - this.zeroPoints[channel(i)]) * scales[channel(i)],
    );
    return tf.tensor(values, [...this.shape]);
  }
}

/** Index along an axis of the i-th element in row-major order; 0 without an axis. */
function channelOf(shape: readonly number[], axis: number | null): (i: number) => number {
  if (axis === null) return () => 0;
  const inner = strideOf(shape, axis);
  const count = shape[axis];
  return (i) => Math.floor(i / inner) % count;
}

/** Position of a value on the integer grid, before rounding. */
type Placing = (value: number, inverse: number, zeroPoint: number) => number;

/** One float32 rounding after product and sum together: PyTorch's vector kernel for 8-bit types with one scale. */
const fusedPlacing: Placing = (value, inverse, zeroPoint) => Math.fround(value * inverse + zeroPoint);
/** A float32 rounding after each step: PyTorch's kernels for qint32 and for one scale per channel. */
const steppedPlacing: Placing = (value, inverse, zeroPoint) => Math.fround(Math.fround(value * inverse) + zeroPoint);

/** The reciprocal that PyTorch multiplies by. */
export function reciprocal(scale: number): number {
  return Math.fround(1 / Math.fround(scale));
}

/**
 * Affine quantization with one scale (Jacob et al. 2018, `torch.quantize_per_tensor`):
 * q = clamp(round(x / scale + zeroPoint)), halves rounded to even, in PyTorch's float32 steps. Infinities saturate; NaN
 * becomes the smallest integer.
 *
 * @throws for a scale that is not positive and finite, or a zero point outside the integers of the type
 * @example
 * ```ts
 * const q = quantize.quantizePerTensor(tf.tensor1d([0.05, 0.15, 100]), { scale: 0.1, zeroPoint: 0, dtype: 'qint8' });
 * q.intRepr().arraySync(); // => [0, 2, 127]
 * ```
 */
export function quantizePerTensor(x: tf.Tensor, { scale, zeroPoint, dtype }: PerTensorOptions): QuantizedTensor {
  const range = integerRange(dtype);
  checkParameters(scale, zeroPoint, range);
  const inverse = reciprocal(scale);
  const place = dtype === 'qint32' ? steppedPlacing : fusedPlacing;
  const data = integerArray(dtype, x.size);
  x.dataSync().forEach((value, i) => {
    data[i] = saturate(place(value, inverse, zeroPoint), range);
  });
  return new QuantizedTensor(x.shape, dtype, data, [scale], [zeroPoint], null);
}

/** Affine quantization with one scale per index along `axis` (`torch.quantize_per_channel`). */
export function quantizePerChannel(
  x: tf.Tensor,
  { scales, zeroPoints, axis, dtype }: PerChannelOptions,
): QuantizedTensor {
  const range = integerRange(dtype);
  integer('axis', axis, { min: 0, max: x.rank - 1, hint: `give a dimension of shape ${shapeText(x.shape)}` });
  const channels = x.shape[axis];
  if (scales.length !== channels || zeroPoints.length !== channels) {
    throw new Error(
      `Dimension ${axis} has ${channels} channels: expected as many scales and zero points, got ` +
        `${scales.length} and ${zeroPoints.length}.`,
    );
  }
  scales.forEach((scale, c) => checkParameters(scale, zeroPoints[c], range, ` of channel ${c}`));
  const inverses = scales.map(reciprocal);
  const channel = channelOf(x.shape, axis);
  const data = integerArray(dtype, x.size);
  x.dataSync().forEach((value, i) => {
    data[i] = saturate(steppedPlacing(value, inverses[channel(i)], zeroPoints[channel(i)]), range);
  });
  return new QuantizedTensor(x.shape, dtype, data, scales.map(Math.fround), [...zeroPoints], axis);
}
