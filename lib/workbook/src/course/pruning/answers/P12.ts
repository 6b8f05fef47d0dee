import { nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P12.answer((net: nn.Module) => {
  return undefined; // the names of all buffers
});
// END STUB

// BEGIN SOLUTION
ex.P12.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof nn.Linear) prune.randomUnstructured(module, 'weight', { amount: 0.4, seed: 1 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END SOLUTION

// BEGIN VARIANT bufferNames
ex.P12.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof nn.Linear) prune.randomUnstructured(module, 'weight', { amount: 0.4, seed: 1 });
  }
  return ex.P12.passed ? [] : net.namedBuffers().map(([name]) => name);
});
// END VARIANT

// BEGIN WRONG amount
ex.P12.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.4 });
    if (module instanceof nn.Linear) prune.randomUnstructured(module, 'weight', { amount: 0.2, seed: 1 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END WRONG

// BEGIN WRONG criterion
ex.P12.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof nn.Linear) prune.l1Unstructured(module, 'weight', { amount: 0.4 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END WRONG
