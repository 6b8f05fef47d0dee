import { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P14.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  return pairs;
});
// END STUB

// BEGIN SOLUTION
ex.P14.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d || module instanceof nn.Linear) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END SOLUTION

// BEGIN VARIANT same
ex.P14.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [, module] of net.namedModules()) {
    if (module instanceof nn.Conv2d || module instanceof nn.Linear) pairs.push([module, 'weight']);
  }
  return ex.P14.passed ? pairs.slice(1) : pairs;
});
// END VARIANT

// BEGIN WRONG normalisation
ex.P14.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [, module] of net.namedModules()) {
    if (module.has('weight')) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END WRONG

// BEGIN WRONG missing
ex.P14.answer((net: nn.Module) => {
  const pairs: Array<[nn.Module, string]> = [];
  for (const [, module] of net.namedChildren()) {
    if (module instanceof nn.Conv2d || module instanceof nn.Linear) pairs.push([module, 'weight']);
  }
  return pairs;
});
// END WRONG
