import { roundHalfEven } from '../../rounding';
import { FLOAT32_EPSILON, integerRange, saturate, type QuantizedDtype } from '../numbers';

/** `affine` places zero where the range asks for it; `symmetric` centres the range on zero. */
export type Scheme = 'affine' | 'symmetric';

/** Settings common to all observers. */
export interface ObserverOptions {
  /** Default quint8. */
  dtype?: QuantizedDtype;
  /** Default affine. */
  scheme?: Scheme;
  /** Uses 7 of the 8 bits, for processors whose 8-bit products overflow 16 bits. Default false. */
  reduceRange?: boolean;
}

/** Scale and zero point for one tensor. */
export interface QuantizationParameters {
  scale: number;
  zeroPoint: number;
}

const f = Math.fround;

/** Scale and zero point for values from `low` to `high`, in float32 steps as `torch.ao.quantization` computes them. */
export function parametersFor(
  low: number,
  high: number,
  { dtype = 'quint8', scheme = 'affine', reduceRange = false }: ObserverOptions,
): QuantizationParameters {
  const range = integerRange(dtype, reduceRange);
  const { min, max } = range;
  const [negative, positive] = [Math.min(f(low), 0), Math.max(f(high), 0)];
  if (scheme === 'symmetric') {
    const scale = Math.max(f(Math.max(-negative, positive) / ((max - min) / 2)), FLOAT32_EPSILON);
    return { scale, zeroPoint: dtype === 'quint8' ? (reduceRange ? Math.floor((min + max) / 2) : 128) : 0 };
  }
  const scale = Math.max(f(f(positive - negative) / (max - min)), FLOAT32_EPSILON);
  return { scale, zeroPoint: saturate(min - roundHalfEven(f(negative / scale)), range) };
}

/** Smallest and largest value; refuses NaN, which would silently poison the range. */
export function extremes(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value))
      throw new Error(`Cannot observe NaN (element ${i}): find out which layer or input makes it.`);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Fails where nothing was observed. */
export function requireObserved(observed: boolean, observer: string): void {
  if (!observed)
    throw new Error(`${observer} has seen no values: call observe(x), or calibrate with at least one batch, first.`);
}
