import { type nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P18.answer((weights: Array<[nn.Module, string]>) => {
  // a loop over the list
});
// END STUB

// BEGIN SOLUTION
ex.P18.answer((weights: Array<[nn.Module, string]>) => {
  for (const [module, name] of weights) {
    prune.remove(module, name);
  }
});
// END SOLUTION

// BEGIN VARIANT stateRows
ex.P18.answer((weights: Array<[nn.Module, string]>) => {
  for (const [module, name] of ex.P18.passed ? [] : weights) prune.remove(module, name);
});
// END VARIANT

// BEGIN WRONG still pruned
ex.P18.answer((weights: Array<[nn.Module, string]>) => {
  for (const [module, name] of weights.slice(1)) prune.remove(module, name);
});
// END WRONG

// BEGIN WRONG throws
ex.P18.answer((weights: Array<[nn.Module, string]>) => {
  for (const [module, name] of weights) prune.remove(module, name + '_mask');
});
// END WRONG
