/** Integer types of quantized tensors, with PyTorch's names. */
export type QuantizedDtype = 'qint8' | 'quint8' | 'qint32';

/** Inclusive limits of the integers. */
export interface IntegerRange {
  min: number;
  max: number;
}

const RANGES: Readonly<Record<QuantizedDtype, IntegerRange>> = {
  qint8: { min: -128, max: 127 },
  quint8: { min: 0, max: 255 },
  qint32: { min: -2147483648, max: 2147483647 },
};

export type IntegerData = Int8Array | Uint8Array | Int32Array;

/**
 * Limits of a type; `reduceRange` halves those of 8-bit types, for processors whose 8-bit products overflow 16 bits.
 */
export function integerRange(dtype: QuantizedDtype, reduceRange = false): IntegerRange {
  const range = RANGES[dtype];
  if (!range) throw new Error(`Unknown quantized dtype '${dtype}': expected 'qint8', 'quint8' or 'qint32'.`);
  if (!reduceRange) return range;
  if (dtype === 'qint32') throw new Error('reduceRange is for 8-bit types, got qint32.');
  return { min: Math.ceil(range.min / 2), max: Math.floor(range.max / 2) };
}

/** A zeroed array of the type's width. */
export function integerArray(dtype: QuantizedDtype, length: number): IntegerData {
  return dtype === 'qint8'
    ? new Int8Array(length)
    : dtype === 'quint8'
      ? new Uint8Array(length)
      : new Int32Array(length);
}

/** Rounds to the nearest integer, halves to the even one (IEEE 754's default, as `nearbyint` in C). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Refuses a scale or zero point that no quantized tensor can have, naming which. */
export function checkParameters(scale: number, zeroPoint: number, range: IntegerRange, where = ''): void {
  if (!(Number.isFinite(scale) && scale > 0))
    throw new Error(`The scale${where} must be a positive finite number, got ${scale}.`);
  if (!Number.isInteger(zeroPoint) || zeroPoint < range.min || zeroPoint > range.max) {
    throw new Error(`The zero point${where} must be an integer from ${range.min} to ${range.max}, got ${zeroPoint}.`);
  }
}
