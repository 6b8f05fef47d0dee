import { type nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P33.answer((weights: Array<[nn.Module, string]>, how: string, amount: number) => {
  // prune as `how` says: 'random', 'layer' or 'global'
});
// END STUB

// BEGIN SOLUTION
ex.P33.answer((weights: Array<[nn.Module, string]>, how: string, amount: number) => {
  if (how === 'random') prune.globalUnstructured(weights, { method: 'random', amount: amount, seed: 1 });
  if (how === 'global') prune.globalUnstructured(weights, { method: 'l1', amount: amount });
  if (how === 'layer') {
    for (const [module, name] of weights) prune.l1Unstructured(module, name, { amount: amount });
  }
});
// END SOLUTION

// BEGIN VARIANT reached
ex.P33.answer((weights: Array<[nn.Module, string]>, how: string, amount: number) => {
  if (ex.P33.passed) how = 'random';
  if (how === 'random') prune.globalUnstructured(weights, { method: 'random', amount: amount, seed: 1 });
  if (how === 'global') prune.globalUnstructured(weights, { method: 'l1', amount: amount });
  if (how === 'layer') {
    for (const [module, name] of weights) prune.l1Unstructured(module, name, { amount: amount });
  }
});
// END VARIANT

// BEGIN WRONG scope
ex.P33.answer((weights: Array<[nn.Module, string]>, how: string, amount: number) => {
  const method = how === 'random' ? 'random' : 'l1';
  prune.globalUnstructured(weights, { method: method, amount: amount, seed: 1 });
});
// END WRONG

// BEGIN WRONG method
ex.P33.answer((weights: Array<[nn.Module, string]>, how: string, amount: number) => {
  if (how === 'layer') for (const [module, name] of weights) prune.l1Unstructured(module, name, { amount });
  else prune.globalUnstructured(weights, { method: 'l1', amount });
});
// END WRONG
