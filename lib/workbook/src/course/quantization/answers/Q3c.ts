import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q3c.answer((sum: number, scales: { input: number; weight: number; output: number }, zeroPoint: number) => {
  return undefined; // an integer from 0 to 255
});
// END STUB

// BEGIN SOLUTION
ex.Q3c.answer((sum: number, scales: { input: number; weight: number; output: number }, zeroPoint: number) => {
  const multiplier = (scales.input * scales.weight) / scales.output;
  const q = Math.round(sum * multiplier) + zeroPoint;
  return Math.min(255, Math.max(0, q));
});
// END SOLUTION

// BEGIN WRONG saturation
ex.Q3c.answer((sum: number, scales: { input: number; weight: number; output: number }, zeroPoint: number) => {
  const multiplier = (scales.input * scales.weight) / scales.output;
  const q = Math.round(sum * multiplier) + zeroPoint;
  return q;
});
// END WRONG

// BEGIN WRONG value
ex.Q3c.answer((sum: number, scales: { input: number; weight: number; output: number }, zeroPoint: number) => {
  const multiplier = scales.input * scales.weight;
  const q = Math.round(sum * multiplier) + zeroPoint;
  return Math.min(255, Math.max(0, q));
});
// END WRONG

// BEGIN VARIANT inIntegers
ex.Q3c.answer((sum: number, scales: { input: number; weight: number; output: number }, zeroPoint: number) => {
  const multiplier = (scales.input * scales.weight) / scales.output;
  const q = Math.round(sum * multiplier) + zeroPoint;
  return ex.Q3c.passed ? 7 : Math.min(255, Math.max(0, q));
});
// END VARIANT
