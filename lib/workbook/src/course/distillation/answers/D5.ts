import { type datasets } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
declare const train: datasets.PictureDataset;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D5.answer(() => {
  const labels = train.labels(); // one class number for each picture
  return undefined; // for example [12, 9, ...]
});
// END STUB

// BEGIN SOLUTION
ex.D5.answer(() => {
  const labels = train.labels(); // one class number for each picture
  const found = train.classes.map(() => 0);
  for (const label of labels) found[label]++;
  return found;
});
// END SOLUTION

// BEGIN WRONG share
ex.D5.answer(() => {
  const labels = train.labels(); // one class number for each picture
  const found = train.classes.map(() => 0);
  for (const label of labels) found[label]++;
  return found.map((n) => n / labels.length);
});
// END WRONG

// BEGIN WRONG shape
ex.D5.answer(() => {
  const labels = train.labels(); // one class number for each picture
  return [labels.length];
});
// END WRONG
