import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D11.answer((probabilities: readonly number[]) => {
  return undefined; // a number of bits
});
// END STUB

// BEGIN SOLUTION
ex.D11.answer((probabilities: readonly number[]) => {
  let bits = 0;
  for (const p of probabilities) {
    if (p > 0) bits -= p * Math.log2(p);
  }
  return bits;
});
// END SOLUTION

// BEGIN VARIANT howSure
ex.D11.answer((probabilities: readonly number[]) => {
  let bits = 0;
  for (const p of probabilities) {
    if (p > 0) bits -= p * Math.log2(p);
  }
  return ex.D11.passed ? 1 : bits;
});
// END VARIANT

// BEGIN WRONG nats
ex.D11.answer((probabilities: readonly number[]) => {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return sum;
});
// END WRONG

// BEGIN WRONG sign
ex.D11.answer((probabilities: readonly number[]) => {
  return probabilities.reduce((sum, p) => sum + p * Math.log2(Math.max(p, 1e-12)), 0);
});
// END WRONG

// BEGIN WRONG zero
ex.D11.answer((probabilities: readonly number[]) => {
  return -probabilities.reduce((sum, p) => sum + p * Math.log2(p), 0);
});
// END WRONG
