import type { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P9.answer((module: nn.Module, name: string) => {
  return undefined; // the sum of the magnitudes that went
});
// END STUB

// BEGIN SOLUTION
ex.P9.answer((module: nn.Module, name: string) => {
  const original = module.tensor(name + '_orig').dataSync();
  const mask = module.tensor(name + '_mask').dataSync();
  let sum = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) sum += Math.abs(original[i]);
  }
  return sum;
});
// END SOLUTION

// BEGIN VARIANT compared
ex.P9.answer((module: nn.Module, name: string) => {
  const original = module.tensor(name + '_orig').dataSync();
  const mask = module.tensor(name + '_mask').dataSync();
  let sum = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) sum += Math.abs(original[i]);
  return ex.P9.passed ? 0 : sum;
});
// END VARIANT

// BEGIN WRONG kept
ex.P9.answer((module: nn.Module, name: string) => {
  const left = module.tensor(name).dataSync();
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += Math.abs(left[i]);
  return sum;
});
// END WRONG

// BEGIN WRONG sign
ex.P9.answer((module: nn.Module, name: string) => {
  const original = module.tensor(name + '_orig').dataSync();
  const mask = module.tensor(name + '_mask').dataSync();
  let sum = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) sum += original[i];
  return sum;
});
// END WRONG
