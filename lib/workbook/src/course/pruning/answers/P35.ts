import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P35.answer((levels: number[]) => {
  return undefined; // a list of amounts
});
// END STUB

// BEGIN SOLUTION
ex.P35.answer((levels: number[]) => {
  const amounts: number[] = [];
  let before = 0;
  for (const level of levels) {
    amounts.push((level - before) / (1 - before));
    before = level;
  }
  return amounts;
});
// END SOLUTION

// BEGIN VARIANT amounts
ex.P35.answer((levels: number[]) => {
  const amounts: number[] = [];
  let before = 0;
  for (const level of levels) {
    amounts.push(((level - before) / (1 - before)) * (ex.P35.passed ? 0.5 : 1));
    before = level;
  }
  return amounts;
});
// END VARIANT

// BEGIN WRONG of the whole
ex.P35.answer((levels: number[]) => {
  const amounts: number[] = [];
  let before = 0;
  for (const level of levels) {
    amounts.push(level - before);
    before = level;
  }
  return amounts;
});
// END WRONG

// BEGIN WRONG value
ex.P35.answer((levels: number[]) => levels);
// END WRONG
