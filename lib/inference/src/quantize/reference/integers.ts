import { integerArray, integerRange, saturate, type IntegerRange } from '../numbers';
import type { Grid } from '../ops';

/** 8-bit integers with one scale and zero point, row-major; pictures are [batch, height, width, channels]. */
export interface IntegerTensor {
  shape: readonly number[];
  data: Int8Array | Uint8Array;
  scale: number;
  zeroPoint: number;
}

/** Sums of products, not yet brought to 8 bits: their real value is sum · scales[channel]. */
export interface Accumulators {
  shape: readonly number[];
  data: Int32Array;
  /** One per index of the last dimension, or one in all. */
  scales: readonly number[];
}

/** Scale, zero point and type of a result, and the integers it may take, by default all of the type. */
export type OutputGrid = Pick<Grid, 'scale' | 'zeroPoint' | 'dtype'> & Partial<IntegerRange>;

/** The integers that a result may take: a grid of fewer bits uses part of its type. */
export function limitsOf({ dtype, min, max }: OutputGrid): IntegerRange {
  const whole = integerRange(dtype);
  return { min: min ?? whole.min, max: max ?? whole.max };
}

const f = Math.fround;

/** Saturates a float32 position relative to the zero point, rounds it half to even, and adds the zero point. */
export function placeInteger(position: number, zeroPoint: number, { min, max }: IntegerRange): number {
  return saturate(position, { min: min - zeroPoint, max: max - zeroPoint }) + zeroPoint;
}

/** Real numbers to integers, as ONNX's QuantizeLinear: round(x / scale) + zeroPoint in float32, saturated. */
export function quantizeValues(values: Float32Array, shape: readonly number[], grid: OutputGrid): IntegerTensor {
  const { scale, zeroPoint, dtype } = grid;
  const data = integerArray(dtype, values.length);
  const limits = limitsOf(grid);
  for (let i = 0; i < data.length; i++) data[i] = placeInteger(f(values[i] / f(scale)), zeroPoint, limits);
  return { shape, data, scale, zeroPoint };
}

/** Integers to real numbers, as ONNX's DequantizeLinear. */
export function dequantizeValues({ data, scale, zeroPoint }: IntegerTensor): Float32Array {
  return Float32Array.from(data, (q) => (q - zeroPoint) * f(scale));
}

/**
 * Brings 32-bit sums to 8 bits: round(sum · multiplier) + zeroPoint, saturated, where multiplier = scale of the sums /
 * scale of the result, in float32. This is onnxruntime's arithmetic (MlasRequantizeOutput); fixed-point multipliers, as
 * Jacob et al. 2018 describe them, differ in the last bit.
 */
export function requantize({ shape, data, scales }: Accumulators, grid: OutputGrid): IntegerTensor {
  const { scale, zeroPoint, dtype } = grid;
  const result = integerArray(dtype, data.length);
  const limits = limitsOf(grid);
  const multipliers = scales.map((from) => f(f(from) / f(scale)));
  for (let i = 0; i < result.length; i++)
    result[i] = placeInteger(f(f(data[i]) * multipliers[i % multipliers.length]), zeroPoint, limits);
  return { shape, data: result, scale, zeroPoint };
}

/** The real numbers that sums of products stand for, in float32. */
export function dequantizeSums({ data, scales }: Accumulators): Float32Array {
  return Float32Array.from(data, (sum, i) => f(sum) * f(scales[i % scales.length]));
}
