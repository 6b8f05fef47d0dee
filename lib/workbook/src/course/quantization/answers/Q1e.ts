import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1e.answer((low: number, high: number) => {
  return undefined; // { scale: ..., zeroPoint: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q1e.answer((low: number, high: number) => {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)]; // zero must be inside
  const scale = (to - from) / 255;
  return { scale: scale, zeroPoint: Math.round(-from / scale) };
});
// END SOLUTION

// BEGIN WRONG steps
ex.Q1e.answer((low: number, high: number) => {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)]; // zero must be inside
  const scale = (to - from) / 256;
  return { scale: scale, zeroPoint: Math.round(-from / scale) };
});
// END WRONG

// BEGIN WRONG zero
ex.Q1e.answer((low: number, high: number) => {
  const scale = (high - low) / 255;
  return { scale: scale, zeroPoint: Math.round(-low / scale) };
});
// END WRONG
