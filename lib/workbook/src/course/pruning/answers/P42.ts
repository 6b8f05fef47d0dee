import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const patternRows: ReadonlyArray<Record<string, string | number>>;

// BEGIN SOLUTION
const [, anywhereRow, patternRow] = patternRows.map(({ after, ms }) => ({
  after: Number(after),
  ms: Number(ms),
}));
ex.P42.answer(`After training, two of four reaches an accuracy of ${patternRow.after.toFixed(1)} %, free
choice at the same level ${anywhereRow.after.toFixed(1)} %; a batch takes ${patternRow.ms.toFixed(2)}
and ${anywhereRow.ms.toFixed(2)} ms, since this processor multiplies a dense matrix, zeros included. A
chip with a sparse multiplier stores the kept values of each group, fetches only the inputs that belong
to them, and does half of the products. It can, because every group has the same number of values: the
work is regular and its size is known, while free positions give every row another amount of work.`);
// END SOLUTION

// BEGIN WRONG too short
ex.P42.answer('The chip is better.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.P42.answer(2);
// END WRONG
