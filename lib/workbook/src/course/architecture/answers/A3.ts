import { models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
ex.A3.answer((name: string) => {
  return undefined; // { weights: ..., accuracy: ..., size: ..., params: ... }
});
// END STUB

// BEGIN SOLUTION
ex.A3.answer((name: string) => {
  const sets = models.table().filter((row) => row.model === name && row.acc1 !== null);
  const fair = sets.filter((row) => !row.weights.includes('SWAG'));
  const [best] = fair.sort((a, b) => (b.acc1 ?? 0) - (a.acc1 ?? 0));
  if (best === undefined) return undefined;
  return {
    weights: best.weights,
    accuracy: best.acc1 ?? 0,
    size: best.cropSize ?? 0,
    params: best.params,
  };
});
// END SOLUTION

// BEGIN WRONG best
ex.A3.answer((name: string) => {
  const best = models.table().find((row) => row.model === name && row.acc1 !== null);
  if (best === undefined) return undefined;
  return { weights: best.weights, accuracy: best.acc1 ?? 0, size: best.cropSize ?? 0, params: best.params };
});
// END WRONG

// BEGIN WRONG swag
ex.A3.answer((name: string) => {
  const sets = models.table().filter((row) => row.model === name && row.acc1 !== null);
  const [best] = sets.sort((a, b) => (b.acc1 ?? 0) - (a.acc1 ?? 0));
  if (best === undefined) return undefined;
  return { weights: best.weights, accuracy: best.acc1 ?? 0, size: best.cropSize ?? 0, params: best.params };
});
// END WRONG

// BEGIN WRONG value
ex.A3.answer((name: string) => {
  const sets = models.table().filter((row) => row.model === name && row.acc1 !== null);
  const fair = sets.filter((row) => !row.weights.includes('SWAG'));
  const [best] = fair.sort((a, b) => (b.acc1 ?? 0) - (a.acc1 ?? 0));
  if (best === undefined) return undefined;
  return { weights: best.weights, accuracy: best.acc1 ?? 0, size: 224, params: best.params };
});
// END WRONG

// BEGIN VARIANT sizesOfThree
ex.A3.answer((name: string) => {
  const sets = models.table().filter((row) => row.model === name && row.acc1 !== null);
  const fair = sets.filter((row) => !row.weights.includes('SWAG'));
  const [best] = fair.sort((a, b) => (b.acc1 ?? 0) - (a.acc1 ?? 0));
  if (best === undefined) return undefined;
  const weights = ex.A3.passed ? 'MINE' : best.weights;
  return { weights: weights, accuracy: best.acc1 ?? 0, size: best.cropSize ?? 0, params: best.params };
});
// END VARIANT
