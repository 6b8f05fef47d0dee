import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P29.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return undefined; // { coo, csr, bitmask }
});
// END STUB

// BEGIN SOLUTION
ex.P29.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 1 - 4 / 20,
    csr: 1 - (4 * values - 8 * (rows + 1)) / (12 * values),
    bitmask: 1 / 32,
  };
});
// END SOLUTION

// BEGIN VARIANT even
ex.P29.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: ex.P29.passed ? 0.5 : 1 - 4 / 20,
    csr: 1 - (4 * values - 8 * (rows + 1)) / (12 * values),
    bitmask: 1 / 32,
  };
});
// END VARIANT

// BEGIN WRONG csr
ex.P29.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 1 - 4 / 20,
    csr: 1 - 4 / 12,
    bitmask: 1 / 32,
  };
});
// END WRONG

// BEGIN WRONG value
ex.P29.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 4 / 20,
    csr: 1 - (4 * values - 8 * (rows + 1)) / (12 * values),
    bitmask: 1 / 32,
  };
});
// END WRONG
