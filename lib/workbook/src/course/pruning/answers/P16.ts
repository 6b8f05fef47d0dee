import type { nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P16.answer((module: nn.Module) => {
  return undefined; // the share of zeros
});
// END STUB

// BEGIN SOLUTION
ex.P16.answer((module: nn.Module) => {
  const values = module.tensor('weight').dataSync();
  const zeros = values.filter((value) => value === 0).length;
  return zeros / values.length;
});
// END SOLUTION

// BEGIN VARIANT byLevel
ex.P16.answer((module: nn.Module) => {
  const values = module.tensor('weight').dataSync();
  return ex.P16.passed ? 0.5 : values.filter((value) => value === 0).length / values.length;
});
// END VARIANT

// BEGIN WRONG kept
ex.P16.answer((module: nn.Module) => {
  const values = module.tensor('weight').dataSync();
  return values.filter((value) => value !== 0).length / values.length;
});
// END WRONG

// BEGIN WRONG original
ex.P16.answer((module: nn.Module) => {
  const values = module.tensor('weight_orig').dataSync();
  return values.filter((value) => value === 0).length / values.length;
});
// END WRONG
