import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q3b.answer((x: number[], zeroPoint: number, weights: number[], bias: number) => {
  return undefined; // the sum
});
// END STUB

// BEGIN SOLUTION
ex.Q3b.answer((x: number[], zeroPoint: number, weights: number[], bias: number) => {
  let sum = bias; // a 32-bit integer
  for (let i = 0; i < x.length; i++) sum += (x[i] - zeroPoint) * weights[i];
  return sum;
});
// END SOLUTION

// BEGIN WRONG zero point
ex.Q3b.answer((x: number[], zeroPoint: number, weights: number[], bias: number) => {
  let sum = bias; // a 32-bit integer
  for (let i = 0; i < x.length; i++) sum += x[i] * weights[i];
  return sum;
});
// END WRONG

// BEGIN WRONG bias
ex.Q3b.answer((x: number[], zeroPoint: number, weights: number[], bias: number) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - zeroPoint) * weights[i];
  return sum;
});
// END WRONG

// BEGIN VARIANT inIntegers
ex.Q3b.answer((x: number[], zeroPoint: number, weights: number[], bias: number) => {
  let sum = bias; // a 32-bit integer
  for (let i = 0; i < x.length; i++) sum += (x[i] - zeroPoint) * weights[i];
  return ex.Q3b.passed ? 0 : sum;
});
// END VARIANT
