import { nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P11.answer((net: nn.Module) => {
  // a loop over net.namedModules(), a list of [path, module]
});
// END STUB

// BEGIN SOLUTION
ex.P11.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module.has('weight')) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END SOLUTION

// BEGIN VARIANT looped
ex.P11.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    const amount = ex.P11.passed ? 0.5 : 0.2;
    if (module.has('weight')) prune.l1Unstructured(module, 'weight', { amount: amount });
  }
});
// END VARIANT

// BEGIN WRONG throws
ex.P11.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END WRONG

// BEGIN WRONG missed
ex.P11.answer((net: nn.Module) => {
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d) prune.l1Unstructured(module, 'weight', { amount: 0.2 });
  }
});
// END WRONG
