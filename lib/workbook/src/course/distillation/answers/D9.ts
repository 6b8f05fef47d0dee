import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D9.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return undefined; // { mean: ..., deviation: ... }
});
// END STUB

// BEGIN SOLUTION
ex.D9.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean: mean, deviation: Math.sqrt(squares / (values.length - 1)) };
});
// END SOLUTION

// BEGIN WRONG bessel
ex.D9.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean: mean, deviation: Math.sqrt(squares / values.length) };
});
// END WRONG

// BEGIN WRONG variance
ex.D9.answer((values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean: mean, deviation: squares / (values.length - 1) };
});
// END WRONG
