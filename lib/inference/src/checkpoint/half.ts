/** 16-bit floating-point numbers, of which JavaScript has no arrays before Node 24: conversion from and to float32. */

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** float32 bits of one float16 (IEEE 754 binary16). */
function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  single[0] = fraction * 2 ** -24; // subnormal, or zero
  return sign | word[0];
}

let table: Float32Array | null = null;

/** All 65,536 values, made once. */
function wideValues(): Float32Array {
  if (table) return table;
  table = new Float32Array(Uint32Array.from({ length: 65536 }, (_, half) => widen(half)).buffer);
  return table;
}

/** The values of float16 numbers given by their bits; exact. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const wide = wideValues();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = wide[halves[i]];
  return values;
}

/** The values of bfloat16 numbers given by their bits, which are the upper half of a float32's; exact. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}

/** Bits of the nearest float16, ties to the even one; beyond 65,504 it is infinite, as the standard has it. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = narrow(bits[i]);
  return halves;
}

/** Bits of the nearest bfloat16, ties to the even one. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++)
    halves[i] = (bits[i] & 0x7fffffff) > 0x7f800000 ? (bits[i] >>> 16) | 0x40 : roundEven(bits[i], 16);
  return halves;
}

function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00; // not a number
  if (size >= 0x477ff000) return sign | 0x7c00; // 65,520 and more round to infinity
  if (size < 0x33000001) return sign; // 2^-25 and less round to zero
  if (size >= 0x38800000) return sign | roundEven(size - 0x38000000, 13);
  const shift = 126 - (size >>> 23); // subnormal: the leading one becomes explicit
  return sign | roundEven((size & 0x7fffff) | 0x800000, shift);
}

/** Drops the lowest bits and rounds to the nearest, ties to even; a carry runs into the exponent, where it belongs. */
function roundEven(bits: number, dropped: number): number {
  const kept = bits >>> dropped;
  const rest = bits & ((1 << dropped) - 1);
  const middle = 1 << (dropped - 1);
  return rest > middle || (rest === middle && (kept & 1) === 1) ? kept + 1 : kept;
}
