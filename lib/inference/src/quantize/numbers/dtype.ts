import { roundHalfEven } from '../../rounding';
import { finite, integer, oneOf } from '../../check';

/** Integer types of quantized tensors, with PyTorch's names. */
export type QuantizedDtype = 'qint8' | 'quint8' | 'qint32';

/** Inclusive limits of the integers. */
export interface IntegerRange {
  min: number;
  max: number;
}

/** The integer types: how many bits, with a sign or without, and the array that holds them. */
const TYPES = {
  qint8: { bits: 8, signed: true, array: Int8Array },
  quint8: { bits: 8, signed: false, array: Uint8Array },
  qint32: { bits: 32, signed: true, array: Int32Array },
} as const;

/** The array that holds integers of a type. */
type IntegerArray<D extends QuantizedDtype> = InstanceType<(typeof TYPES)[D]['array']>;

/** The array of any of the integer types. */
export type IntegerData = IntegerArray<QuantizedDtype>;

/** float32's machine epsilon, 2^-23: the smallest scale that PyTorch's observers give. */
export const FLOAT32_EPSILON = 2 ** -23;

/** Limits of integers of so many bits, in two's complement where they have a sign. */
export function bitRange(bits: number, signed: boolean): IntegerRange {
  const count = 2 ** bits;
  return signed ? { min: -count / 2, max: count / 2 - 1 } : { min: 0, max: count - 1 };
}

const DTYPES = Object.keys(TYPES) as readonly QuantizedDtype[];

/**
 * Limits of a type; `reduceRange` halves those of 8-bit types, for processors whose 8-bit products overflow 16 bits.
 */
export function integerRange(dtype: QuantizedDtype, reduceRange = false): IntegerRange {
  const type = TYPES[oneOf('dtype', dtype, DTYPES)];
  if (reduceRange && dtype === 'qint32') throw new Error('reduceRange is for 8-bit types, got qint32.');
  return bitRange(type.bits - (reduceRange ? 1 : 0), type.signed);
}

/** A zeroed array of the type's width. */
export function integerArray<D extends QuantizedDtype>(dtype: D, length: number): IntegerArray<D> {
  return new TYPES[dtype].array(length) as IntegerArray<D>;
}

/** The nearest integer of a range, halves to the even one; NaN becomes the smallest. */
export function saturate(position: number, { min, max }: IntegerRange): number {
  if (Number.isNaN(position)) return min;
  return position <= min ? min : position >= max ? max : roundHalfEven(position);
}

/** Refuses a scale or zero point that no quantized tensor can have, naming which. */
export function checkParameters(scale: number, zeroPoint: number, range: IntegerRange, where = ''): void {
  finite(`The scale${where}`, scale, { above: 0 });
  integer(`The zero point${where}`, zeroPoint, range);
}
