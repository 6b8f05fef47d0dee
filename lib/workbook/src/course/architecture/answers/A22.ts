import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;
type Row = Awaited<ReturnType<Awaited<ReturnType<typeof exercises.architecture.A13.use>>>>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A22.answer((rows: readonly Row[], budgetMs: number, step: number) => {
  return undefined; // some of the rows, the most accurate first
});
// END STUB

// BEGIN SOLUTION
ex.A22.answer((rows: readonly Row[], budgetMs: number, step: number) => {
  const within = (limit: number) => rows.filter((row) => row.ms <= limit);
  if (within(budgetMs).length === 0) return [];
  const best = (some: readonly Row[]) => [...some].sort((a, b) => b.accuracy - a.accuracy)[0];
  let last = best(rows);
  const path = [last];
  while (last.ms > budgetMs) {
    last = best(within(Math.max(budgetMs, last.ms * step)));
    path.push(last);
  }
  return path;
});
// END SOLUTION

// BEGIN WRONG length
ex.A22.answer((rows: readonly Row[], budgetMs: number, step: number) => {
  const fitting = rows.filter((row) => row.ms <= budgetMs);
  return [...fitting].sort((a, b) => b.accuracy - a.accuracy).slice(0, 1);
});
// END WRONG

// BEGIN WRONG length
ex.A22.answer((rows: readonly Row[], budgetMs: number, step: number) => {
  const best = (some: readonly Row[]) => [...some].sort((a, b) => b.accuracy - a.accuracy)[0];
  const path = [best(rows)];
  while (path[path.length - 1].ms > budgetMs) {
    const fitting = rows.filter((row) => row.ms <= path[path.length - 1].ms * step);
    if (fitting.length === 0) break;
    path.push(best(fitting));
  }
  return path;
});
// END WRONG

// BEGIN VARIANT path
ex.A22.answer((rows: readonly Row[], budgetMs: number, step: number) => {
  const within = (limit: number) => rows.filter((row) => row.ms <= limit);
  if (ex.A22.passed || within(budgetMs).length === 0) return [];
  const best = (some: readonly Row[]) => [...some].sort((a, b) => b.accuracy - a.accuracy)[0];
  const path = [best(rows)];
  while (path[path.length - 1].ms > budgetMs) {
    path.push(best(within(Math.max(budgetMs, path[path.length - 1].ms * step))));
  }
  return path;
});
// END VARIANT
