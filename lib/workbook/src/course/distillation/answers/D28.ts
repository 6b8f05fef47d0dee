import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D28.answer((all: readonly Float32Array[]) => {
  return undefined; // a new Float32Array
});
// END STUB

// BEGIN SOLUTION
ex.D28.answer((all: readonly Float32Array[]) => {
  const mean = new Float32Array(all[0].length);
  for (const logits of all) {
    logits.forEach((logit, i) => (mean[i] += logit / all.length));
  }
  return mean;
});
// END SOLUTION

// BEGIN VARIANT born
ex.D28.answer((all: readonly Float32Array[]) => {
  const mean = new Float32Array(all[0].length);
  for (const logits of all) logits.forEach((logit, i) => (mean[i] += logit / all.length));
  return ex.D28.passed ? mean.map((logit) => -logit) : mean;
});
// END VARIANT

// BEGIN WRONG sum
ex.D28.answer((all: readonly Float32Array[]) => {
  const mean = new Float32Array(all[0].length);
  for (const logits of all) {
    logits.forEach((logit, i) => (mean[i] += logit));
  }
  return mean;
});
// END WRONG

// BEGIN WRONG changed
ex.D28.answer((all: readonly Float32Array[]) => {
  const [first, ...others] = all;
  for (const logits of others) logits.forEach((logit, i) => (first[i] += logit));
  return first.map((sum) => sum / all.length);
});
// END WRONG
