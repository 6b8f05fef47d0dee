import { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P6b.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [path, module] of net.namedModules()) {
    // add [module, 'weight'] where it belongs
  }
  return pairs;
});
// END STUB

// BEGIN SOLUTION
ex.P6b.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [path, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d || module instanceof nn.Linear) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END SOLUTION

// BEGIN WRONG normalisation
ex.P6b.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [path, module] of net.namedModules()) {
    if (module.has('weight')) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END WRONG

// BEGIN WRONG missing
ex.P6b.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [path, module] of net.namedChildren()) {
    if (module instanceof nn.Conv2d || module instanceof nn.Linear) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END WRONG
