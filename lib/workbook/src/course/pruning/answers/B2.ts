import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.B2.answer((final: number, steps: number) => {
  return undefined; // a list of levels
});
// END STUB

// BEGIN SOLUTION
ex.B2.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 1; i <= steps; i++) levels.push(final * (1 - (1 - i / steps) ** 3));
  return levels;
});
// END SOLUTION

// BEGIN WRONG value
ex.B2.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 1; i <= steps; i++) levels.push((final * i) / steps);
  return levels;
});
// END WRONG

// BEGIN WRONG shape
ex.B2.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 0; i <= steps; i++) levels.push(final * (1 - (1 - i / steps) ** 3));
  return levels;
});
// END WRONG
