import type { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P3.answer((net: nn.Module) => {
  return undefined; // the number of weights
});
// END STUB

// BEGIN SOLUTION
ex.P3.answer((net: nn.Module) => {
  let count = 0;
  for (const [name, tensor] of net.namedParameters()) {
    if (name.endsWith('weight')) count += tensor.size;
  }
  return count;
});
// END SOLUTION

// BEGIN VARIANT weightCount
ex.P3.answer((net: nn.Module) => {
  let count = 0;
  for (const [name, tensor] of net.namedParameters()) if (name.endsWith('weight')) count += tensor.size;
  return ex.P3.passed ? count + 1 : count;
});
// END VARIANT

// BEGIN WRONG biases
ex.P3.answer((net: nn.Module) => {
  let count = 0;
  for (const [, tensor] of net.namedParameters()) count += tensor.size;
  return count;
});
// END WRONG

// BEGIN WRONG tensors
ex.P3.answer((net: nn.Module) => net.namedParameters().filter(([name]) => name.endsWith('weight')).length);
// END WRONG
