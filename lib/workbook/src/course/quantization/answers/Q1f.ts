import { type quantize } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

type Grid = quantize.FakeQuantizeOptions;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1f.answer((integers: number[], { scale, zeroPoint }: Grid) => {
  return undefined; // a list of real numbers
});
// END STUB

// BEGIN SOLUTION
ex.Q1f.answer((integers: number[], { scale, zeroPoint }: Grid) => {
  return integers.map((q) => (q - zeroPoint) * scale);
});
// END SOLUTION

// BEGIN WRONG value
ex.Q1f.answer((integers: number[], { scale, zeroPoint }: Grid) => {
  return integers.map((q) => q * scale);
});
// END WRONG

// BEGIN WRONG value
ex.Q1f.answer((integers: number[], { scale, zeroPoint }: Grid) => {
  return integers.map((q) => q * scale - zeroPoint);
});
// END WRONG

// BEGIN VARIANT stairs
ex.Q1f.answer((integers: number[], { scale, zeroPoint }: Grid) => {
  return integers.map((q) => (ex.Q1f.passed ? 2 : 1) * (q - zeroPoint) * scale);
});
// END VARIANT
