import { nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P4.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    // prune here
  }
});
// END STUB

// BEGIN SOLUTION
ex.P4.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module.has('weight')) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END SOLUTION

// BEGIN WRONG throws
ex.P4.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END WRONG

// BEGIN WRONG missed
ex.P4.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END WRONG
