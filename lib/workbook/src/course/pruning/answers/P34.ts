import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P34.answer((final: number, steps: number) => {
  return undefined; // a list of levels
});
// END STUB

// BEGIN SOLUTION
ex.P34.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 1; i <= steps; i++) {
    levels.push(final * (1 - (1 - i / steps) ** 3));
  }
  return levels;
});
// END SOLUTION

// BEGIN VARIANT levels
ex.P34.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 1; i <= steps; i++) {
    levels.push(final * (1 - (1 - i / steps) ** (ex.P34.passed ? 1 : 3)));
  }
  return levels;
});
// END VARIANT

// BEGIN WRONG value
ex.P34.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 1; i <= steps; i++) {
    levels.push((final * i) / steps);
  }
  return levels;
});
// END WRONG

// BEGIN WRONG shape
ex.P34.answer((final: number, steps: number) => {
  const levels: number[] = [];
  for (let i = 0; i <= steps; i++) {
    levels.push(final * (1 - (1 - i / steps) ** 3));
  }
  return levels;
});
// END WRONG
