import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P40.answer((weight: number[][]) =>
  weight.map((line) => {
    const mask = line.map(() => 0);
    return mask;
  }),
);
// END STUB

// BEGIN SOLUTION
ex.P40.answer((weight: number[][]) =>
  weight.map((line) => {
    const mask = line.map(() => 0);
    for (let start = 0; start < line.length; start += 4) {
      const group = [start, start + 1, start + 2, start + 3];
      group.sort((a, b) => Math.abs(line[b]) - Math.abs(line[a]));
      mask[group[0]] = 1;
      mask[group[1]] = 1;
    }
    return mask;
  }),
);
// END SOLUTION

// BEGIN VARIANT masked
ex.P40.answer((weight: number[][]) =>
  weight.map((line) => {
    const mask = line.map(() => 0);
    for (let start = 0; start < line.length; start += 4) {
      const group = [start, start + 1, start + 2, start + 3];
      group.sort((a, b) => (Math.abs(line[b]) - Math.abs(line[a])) * (ex.P40.passed ? -1 : 1));
      mask[group[0]] = 1;
      mask[group[1]] = 1;
    }
    return mask;
  }),
);
// END VARIANT

// BEGIN WRONG smallest
ex.P40.answer((weight: number[][]) =>
  weight.map((line) => {
    const mask = line.map(() => 0);
    for (let start = 0; start < line.length; start += 4) {
      const group = [start, start + 1, start + 2, start + 3];
      group.sort((a, b) => Math.abs(line[a]) - Math.abs(line[b]));
      mask[group[0]] = 1;
      mask[group[1]] = 1;
    }
    return mask;
  }),
);
// END WRONG

// BEGIN WRONG value
ex.P40.answer((weight: number[][]) =>
  weight.map((line) => {
    const mask = line.map(() => 0);
    for (let start = 0; start < line.length; start += 4) {
      const group = [start, start + 1, start + 2, start + 3];
      group.sort((a, b) => line[b] - line[a]);
      mask[group[0]] = 1;
      mask[group[1]] = 1;
    }
    return mask;
  }),
);
// END WRONG
