/** 8-bit floating-point numbers, of which JavaScript has no arrays (Micikevicius et al. 2022): conversion to float32. */

/** A format of one sign bit, then exponent, then fraction. */
interface Format {
  exponentBits: number;
  fractionBits: number;
  /** Whether the largest exponent is kept for infinities and NaN, as IEEE 754 has it; else its last fraction alone is NaN. */
  infinite: boolean;
}

function valueOf(byte: number, { exponentBits, fractionBits, infinite }: Format): number {
  const sign = byte & 0x80 ? -1 : 1;
  const ones = 2 ** exponentBits - 1;
  const exponent = (byte & 0x7f) >>> fractionBits;
  const fraction = byte & (2 ** fractionBits - 1);
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === ones && infinite) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === ones && fraction === 2 ** fractionBits - 1) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

const tableOf = (format: Format): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => valueOf(byte, format));

const E4M3 = tableOf({ exponentBits: 4, fractionBits: 3, infinite: false });
const E5M2 = tableOf({ exponentBits: 5, fractionBits: 2, infinite: true });

/** The values of numbers of format E4M3 (torch's `float8_e4m3fn`: up to 448, no infinities) given by their bits; exact. */
export function fromFloat8E4M3(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => E4M3[byte]);
}

/** The values of numbers of format E5M2 (torch's `float8_e5m2`: the upper half of a float16) given by their bits; exact. */
export function fromFloat8E5M2(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => E5M2[byte]);
}
