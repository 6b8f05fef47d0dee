import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D21.answer((values: readonly number[]) => {
  return undefined; // { mean: ..., deviation: ... }
});
// END STUB

// BEGIN SOLUTION
ex.D21.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return { mean, deviation };
});
// END SOLUTION

// BEGIN VARIANT gain
ex.D21.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return ex.D21.passed ? { mean: mean ** 2, deviation: 0 } : { mean, deviation };
});
// END VARIANT

// BEGIN WRONG bessel
ex.D21.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
});
// END WRONG

// BEGIN WRONG variance
ex.D21.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: squares / (values.length - 1) };
});
// END WRONG
