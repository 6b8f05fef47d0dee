import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q2c.answer((values: number[], step: number) => {
  return undefined; // the error of the sum
});
// END STUB

// BEGIN SOLUTION
ex.Q2c.answer((values: number[], step: number) => {
  let error = 0;
  for (const value of values) error += Math.round(value / step) * step - value;
  return error;
});
// END SOLUTION

// BEGIN WRONG value
ex.Q2c.answer((values: number[], step: number) => {
  let error = 0;
  for (const value of values) error += Math.abs(Math.round(value / step) * step - value);
  return error;
});
// END WRONG

// BEGIN WRONG value
ex.Q2c.answer((values: number[], step: number) => {
  let error = 0;
  for (const value of values) error += value - Math.round(value / step) * step;
  return error;
});
// END WRONG

// BEGIN WRONG type
// @ts-expect-error type
ex.Q2c.answer((values: number[], step: number) => values);
// END WRONG

// BEGIN VARIANT thousand
ex.Q2c.answer((values: number[], step: number) => {
  let error = 0;
  for (const value of values) error += Math.round(value / step) * step - value;
  return ex.Q2c.passed ? 0 : error;
});
// END VARIANT
