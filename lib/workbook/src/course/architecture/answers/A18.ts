import { measure } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Row = Awaited<ReturnType<Awaited<ReturnType<typeof exercises.architecture.A13.use>>>>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A18.answer((rows: readonly Row[]) => {
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  return undefined; // [{ count: 'bytes', rank: 0.5 }, ...]
});
// END STUB

// BEGIN SOLUTION
ex.A18.answer((rows: readonly Row[]) => {
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  const ms = rows.map((row) => row.ms);
  const ranked = names.map((name) => {
    const column = rows.map((row) => row[name]);
    return { count: name, rank: measure.rankCorrelation(column, ms) };
  });
  return ranked.sort((a, b) => b.rank - a.rank);
});
// END SOLUTION

// BEGIN WRONG order
ex.A18.answer((rows: readonly Row[]) => {
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  const ms = rows.map((row) => row.ms);
  return names.map((name) => {
    const column = rows.map((row) => row[name]);
    return { count: name, rank: measure.rankCorrelation(column, ms) };
  });
});
// END WRONG

// BEGIN WRONG value
ex.A18.answer((rows: readonly Row[]) => {
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  const ranked = names.map((name) => {
    const column = rows.map((row) => row[name]);
    return {
      count: name,
      rank: measure.correlation(
        column,
        rows.map((row) => row.ms),
      ),
    };
  });
  return ranked.sort((a, b) => b.rank - a.rank);
});
// END WRONG

// BEGIN VARIANT ranked
ex.A18.answer((rows: readonly Row[]) => {
  const names = ['params', 'macs', 'activations', 'bytes'] as const;
  const ms = rows.map((row) => row.ms);
  const ranked = names.map((name) => {
    const rank = measure.rankCorrelation(
      rows.map((row) => row[name]),
      ms,
    );
    return { count: name, rank: ex.A18.passed ? -1 : rank };
  });
  return ranked.sort((a, b) => b.rank - a.rank);
});
// END VARIANT
