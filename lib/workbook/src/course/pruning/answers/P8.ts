import { nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P8.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    // make it permanent here
  }
});
// END STUB

// BEGIN SOLUTION
ex.P8.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module.has('weight_mask')) prune.remove(module, 'weight');
  }
});
// END SOLUTION

// BEGIN WRONG throws
ex.P8.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (prune.isPruned(module)) prune.remove(module, 'weight');
  }
});
// END WRONG

// BEGIN WRONG still pruned
ex.P8.answer((net: nn.Module) => {
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Linear) prune.remove(module, 'weight');
  }
});
// END WRONG
