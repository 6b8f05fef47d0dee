import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q2d.answer((errors: number[]) => {
  return undefined; // the standard deviation
});
// END STUB

// BEGIN SOLUTION
ex.Q2d.answer((errors: number[]) => {
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return Math.sqrt(squares / errors.length);
});
// END SOLUTION

// BEGIN WRONG value
ex.Q2d.answer((errors: number[]) => {
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return Math.sqrt(squares);
});
// END WRONG

// BEGIN WRONG value
ex.Q2d.answer((errors: number[]) => {
  return errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
});
// END WRONG

// BEGIN VARIANT failing
ex.Q2d.answer((errors: number[]) => {
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return ex.Q2d.passed ? 1 : Math.sqrt(squares / errors.length);
});
// END VARIANT
