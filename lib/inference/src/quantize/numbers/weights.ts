import { reciprocal, QuantizedTensor } from './affine';
import { bitRange, FLOAT32_EPSILON, integerRange, saturate, type IntegerRange } from './dtype';
import { integer } from '../../check';
import { strideOf } from '../../shape';

/** How weights become integers. */
export interface WeightOptions {
  /** One scale for each output channel, or one in all. Default true. */
  perChannel?: boolean;
  /** Bits of an integer, 2 to 8. Default 8. */
  bits?: number;
  /** One bit less, for processors whose 8-bit products overflow 16 bits; see `processor()`. Default false. */
  reduceRange?: boolean;
}

/** Limits of symmetric integers. */
export function weightRange({ bits = 8, reduceRange = false }: WeightOptions): IntegerRange {
  integer('weights.bits', bits, { min: 2, max: 8 });
  const used = bits - (reduceRange ? 1 : 0);
  if (used < 2) throw new Error(`reduceRange leaves ${bits} bits too little: use at least 3.`);
  return bitRange(used, true);
}

/** Largest magnitude of each of `channels` interleaved channels. @throws when a value is not finite */
function largestMagnitudes(values: ArrayLike<number>, channels: number, name = 'The weights'): Float32Array {
  const largest = new Float32Array(channels);
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (!(magnitude < Infinity))
      throw new Error(`${name} hold ${values[i]} at element ${i}: weights must be finite to be quantized.`);
    if (magnitude > largest[i % channels]) largest[i % channels] = magnitude;
  }
  return largest;
}

/** Scale of symmetric integers for values of at most `magnitude`, as PyTorch's symmetric observers choose it. */
export function symmetricScale(magnitude: number, { min, max }: IntegerRange): number {
  return Math.max(Math.fround(magnitude / ((max - min) / 2)), FLOAT32_EPSILON);
}

/**
 * Symmetric integers for weights whose last dimension is the output channel; the zero point is 0.
 *
 * @param atLeast smallest scale of each channel, where something else asks for one
 */
export function quantizeWeights(
  values: Float32Array,
  shape: readonly number[],
  options: WeightOptions = {},
  atLeast?: ArrayLike<number>,
): QuantizedTensor {
  const range = weightRange(options);
  const channels = options.perChannel === false ? 1 : (shape.at(-1) as number);
  const scales = Array.from(largestMagnitudes(values, channels), (magnitude, c) =>
    Math.max(symmetricScale(magnitude, range), atLeast?.[c] ?? 0),
  );
  const inverses = scales.map(reciprocal);
  const data = new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    data[i] = saturate(Math.fround(values[i] * inverses[i % channels]), range);
  }
  return new QuantizedTensor(
    shape,
    'qint8',
    data,
    scales,
    scales.map(() => 0),
    channels === 1 && options.perChannel === false ? null : shape.length - 1,
  );
}

/**
 * Symmetric integers for a table whose rows are looked up: one scale for each row, so that a word with small numbers
 * keeps its digits beside one with large ones.
 *
 * @param shape [rows, width]
 */
export function quantizeRows(
  values: Float32Array,
  [rows, width]: readonly number[],
  options: WeightOptions = {},
): QuantizedTensor {
  if (options.perChannel === false) return quantizeWeights(values, [rows, width], options);
  const range = weightRange(options);
  const row = (r: number): Float32Array => values.subarray(r * width, (r + 1) * width);
  const scales = Array.from({ length: rows }, (_, r) => symmetricScale(largestMagnitudes(row(r), 1)[0], range));
  const data = new Int8Array(values.length);
  scales.forEach((scale, r) => {
    const inverse = reciprocal(scale);
    for (let i = r * width; i < (r + 1) * width; i++) data[i] = saturate(Math.fround(values[i] * inverse), range);
  });
  const zeroPoints = scales.map(() => 0);
  return new QuantizedTensor([rows, width], 'qint8', data, scales, zeroPoints, 0);
}

/** The real numbers of integers whose first or last dimension has a scale each, or of one scale in all, in float32. */
export function realValues({ shape, data, scales, axis }: QuantizedTensor): Float32Array {
  const channels = axis === null ? 1 : scales.length;
  const inner = axis === null ? 1 : strideOf(shape, axis);
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = data[i] * scales[Math.floor(i / inner) % channels];
  return values;
}

/** 32-bit integers for a bias, on the scale of the products it is added to: input scale times weight scale. */
export function quantizeBias(
  values: ArrayLike<number>,
  inputScale: number,
  weightScales: readonly number[],
): QuantizedTensor {
  const scales = Array.from({ length: values.length }, (_, c) =>
    Math.fround(inputScale * (weightScales[c] ?? weightScales[0])),
  );
  const range = integerRange('qint32');
  const data = Int32Array.from(values, (value, c) => saturate(value / scales[c], range));
  return new QuantizedTensor(
    [values.length],
    'qint32',
    data,
    scales,
    scales.map(() => 0),
    0,
  );
}
