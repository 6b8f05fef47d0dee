import { models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet

ex.D1.answer(() => {
  return undefined; // { bert: ..., distilbert: ... }
});
// END STUB

// BEGIN SOLUTION
ex.D1.answer(() => {
  const bert = models.create('bert_base');
  const distilbert = models.create('distilbert_base');
  return { bert: bert.parameterCount(), distilbert: distilbert.parameterCount() };
});
// END SOLUTION

// BEGIN VARIANT fewer
ex.D1.answer(() => {
  const [bert, distilbert] = ['bert_base', 'distilbert_base'].map((name) =>
    models.create(name).parameterCount(),
  );
  return {
    get bert() {
      return ex.D1.passed ? 2 * bert : bert;
    },
    distilbert,
  };
});
// END VARIANT

// BEGIN WRONG swapped
ex.D1.answer(() => {
  const [bert, distilbert] = ['distilbert_base', 'bert_base'].map((name) => models.create(name));
  return { bert: bert.parameterCount(), distilbert: distilbert.parameterCount() };
});
// END WRONG

// BEGIN WRONG unit
ex.D1.answer({ bert: 109.5, distilbert: 66.4 });
// END WRONG
