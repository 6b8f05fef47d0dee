import { nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P5.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    // prune here
  }
  return undefined; // the names of the buffers
});
// END STUB

// BEGIN SOLUTION
ex.P5.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof nn.Linear) prune.randomUnstructured(module, 'weight', { amount: 0.4, seed: 1 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END SOLUTION

// BEGIN WRONG amount
ex.P5.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.4 });
    if (module instanceof nn.Linear) prune.randomUnstructured(module, 'weight', { amount: 0.2, seed: 1 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END WRONG

// BEGIN WRONG criterion
ex.P5.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
    if (module instanceof nn.Linear) prune.l1Unstructured(module, 'weight', { amount: 0.4 });
  }
  return net.namedBuffers().map(([name]) => name);
});
// END WRONG
