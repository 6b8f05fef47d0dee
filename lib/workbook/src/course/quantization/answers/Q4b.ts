import * as fs from 'node:fs';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q4b.answer((files: { fp32: string; int8: string }) => {
  return undefined; // { fp32: ..., int8: ..., savedPercent: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q4b.answer((files: { fp32: string; int8: string }) => {
  const fp32 = fs.statSync(files.fp32).size;
  const int8 = fs.statSync(files.int8).size;
  return { fp32: fp32, int8: int8, savedPercent: 100 * (1 - int8 / fp32) };
});
// END SOLUTION

// BEGIN WRONG remaining
ex.Q4b.answer((files: { fp32: string; int8: string }) => {
  const fp32 = fs.statSync(files.fp32).size;
  const int8 = fs.statSync(files.int8).size;
  return { fp32: fp32, int8: int8, savedPercent: (100 * int8) / fp32 };
});
// END WRONG

// BEGIN WRONG remaining
ex.Q4b.answer((files: { fp32: string; int8: string }) => {
  const fp32 = fs.statSync(files.fp32).size;
  const int8 = fs.statSync(files.int8).size;
  return { fp32: fp32, int8: int8, savedPercent: 1 - int8 / fp32 };
});
// END WRONG

// BEGIN VARIANT ourSizes
ex.Q4b.answer((files: { fp32: string; int8: string }) => {
  const fp32 = fs.statSync(files.fp32).size;
  const int8 = fs.statSync(files.int8).size;
  return { fp32: fp32, int8: int8, savedPercent: ex.Q4b.passed ? 1 : 100 * (1 - int8 / fp32) };
});
// END VARIANT
