import { models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A1.answer(() => {
  return undefined; // the names, for example ['alexnet', 'vgg16']
});
// END STUB

// BEGIN SOLUTION
ex.A1.answer(() => {
  const rows = models.table().filter((row) => row.params >= 20e6 && row.params <= 30e6);
  const names = rows.map((row) => row.model);
  return [...new Set(names)];
});
// END SOLUTION

// BEGIN WRONG range
ex.A1.answer(() => {
  const rows = models.table().filter((row) => row.params >= 20e6);
  return [...new Set(rows.map((row) => row.model))];
});
// END WRONG

// BEGIN WRONG twice
ex.A1.answer(() => {
  const rows = models.table().filter((row) => row.params >= 20e6 && row.params <= 30e6);
  return rows.map((row) => row.model);
});
// END WRONG

// BEGIN VARIANT offers
ex.A1.answer(() => {
  const rows = models.table().filter((row) => row.params >= 20e6 && row.params <= 30e6);
  return [...new Set(rows.map((row) => row.model))].reverse();
});
// END VARIANT
