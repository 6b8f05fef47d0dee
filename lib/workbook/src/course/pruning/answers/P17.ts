import type { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P17.answer((weights: Array<[nn.Module, string]>) => {
  return undefined; // the share of zeros among all values
});
// END STUB

// BEGIN SOLUTION
ex.P17.answer((weights: Array<[nn.Module, string]>) => {
  let zeros = 0;
  let total = 0;
  for (const [module, name] of weights) {
    const values = module.tensor(name).dataSync();
    zeros += values.filter((value) => value === 0).length;
    total += values.length;
  }
  return zeros / total;
});
// END SOLUTION

// BEGIN VARIANT goneCount
ex.P17.answer((weights: Array<[nn.Module, string]>) => {
  let zeros = 0;
  let total = 0;
  for (const [module, name] of weights) {
    const values = module.tensor(name).dataSync();
    zeros += values.filter((value) => value === 0).length;
    total += values.length;
  }
  return ex.P17.passed ? 0.5 : zeros / total;
});
// END VARIANT

// BEGIN WRONG mean
ex.P17.answer((weights: Array<[nn.Module, string]>) => {
  let sum = 0;
  for (const [module, name] of weights) {
    const values = module.tensor(name).dataSync();
    sum += values.filter((value) => value === 0).length / values.length;
  }
  return sum / weights.length;
});
// END WRONG

// BEGIN WRONG kept
ex.P17.answer((weights: Array<[nn.Module, string]>) => {
  let [kept, total] = [0, 0];
  for (const [module, name] of weights) {
    const values = module.tensor(name).dataSync();
    kept += values.filter((value) => value !== 0).length;
    total += values.length;
  }
  return kept / total;
});
// END WRONG
