import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Row = Awaited<ReturnType<Awaited<ReturnType<typeof exercises.architecture.A13.use>>>>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A14.answer((rows: readonly Row[]) => {
  return undefined; // some of the rows
});
// END STUB

// BEGIN SOLUTION
ex.A14.answer((rows: readonly Row[]) => {
  const beats = (one: Row, other: Row) => {
    const atLeast = one.ms <= other.ms && one.accuracy >= other.accuracy;
    return atLeast && (one.ms < other.ms || one.accuracy > other.accuracy);
  };
  return rows.filter((row) => !rows.some((other) => beats(other, row)));
});
// END SOLUTION

// BEGIN WRONG length
ex.A14.answer((rows: readonly Row[]) =>
  rows.filter((row) => !rows.some((other) => other.ms <= row.ms && other.accuracy >= row.accuracy)),
);
// END WRONG

// BEGIN WRONG length
ex.A14.answer((rows: readonly Row[]) =>
  rows.filter((row) => !rows.some((other) => other.ms < row.ms && other.accuracy > row.accuracy)),
);
// END WRONG

// BEGIN VARIANT frontier
ex.A14.answer((rows: readonly Row[]) => {
  const beats = (one: Row, other: Row) =>
    one.ms <= other.ms &&
    one.accuracy >= other.accuracy &&
    (one.ms < other.ms || one.accuracy > other.accuracy);
  return ex.A14.passed ? [] : rows.filter((row) => !rows.some((other) => beats(other, row)));
});
// END VARIANT
