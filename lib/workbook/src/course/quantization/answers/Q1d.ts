import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1d.answer((value: number) => {
  return undefined; // the nearest integer, halves to the even one
});
// END STUB

// BEGIN SOLUTION
ex.Q1d.answer((value: number) => {
  const isHalf = Math.abs(value % 1) === 0.5;
  return isHalf ? 2 * Math.round(value / 2) : Math.round(value);
});
// END SOLUTION

// BEGIN WRONG halves
ex.Q1d.answer((value: number) => {
  return Math.round(value);
});
// END WRONG

// BEGIN WRONG value
ex.Q1d.answer((value: number) => {
  return Math.floor(value);
});
// END WRONG

// BEGIN VARIANT stairs
ex.Q1d.answer((value: number) => {
  const isHalf = Math.abs(value % 1) === 0.5;
  return ex.Q1d.passed ? Math.floor(value) : isHalf ? 2 * Math.round(value / 2) : Math.round(value);
});
// END VARIANT
