import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P11b.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 0,
    csr: 0,
    bitmask: 0, // one bit for each value
  };
});
// END STUB

// BEGIN SOLUTION
ex.P11b.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 1 - 4 / 20,
    csr: 1 - (4 * values - 8 * (rows + 1)) / (12 * values),
    bitmask: 1 / 32, // one bit for each value
  };
});
// END SOLUTION

// BEGIN WRONG csr
ex.P11b.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 1 - 4 / 20,
    csr: 1 - 4 / 12,
    bitmask: 1 / 32, // one bit for each value
  };
});
// END WRONG

// BEGIN WRONG value
ex.P11b.answer((rows: number, columns: number) => {
  const values = rows * columns; // 4 bytes each in the dense tensor
  return {
    coo: 4 / 20,
    csr: 1 - (4 * values - 8 * (rows + 1)) / (12 * values),
    bitmask: 1 / 32, // one bit for each value
  };
});
// END WRONG
