import { type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P6.answer((module: nn.Module) => {
  return undefined; // [before, after]
});
// END STUB

// BEGIN SOLUTION
ex.P6.answer((module: nn.Module) => {
  const largest = () => tf.max(tf.abs(module.tensor('weight'))).dataSync()[0];
  const before = largest();
  const original = module.namedParameters().find(([name]) => name === 'weight_orig')![1];
  original.assign(tf.mul(original, 2));
  return [before, largest()];
});
// END SOLUTION

// BEGIN VARIANT magnitudes
ex.P6.answer((module: nn.Module) => {
  const largest = () => tf.max(tf.abs(module.tensor('weight'))).dataSync()[0];
  const before = largest();
  const original = module.namedParameters().find(([name]) => name === 'weight_orig')![1];
  original.assign(tf.mul(original, 2));
  return ex.P6.passed ? [before, before] : [before, largest()];
});
// END VARIANT

// BEGIN WRONG stale
ex.P6.answer((module: nn.Module) => {
  const before = tf.max(tf.abs(module.tensor('weight'))).dataSync()[0];
  const original = module.namedParameters().find(([name]) => name === 'weight_orig')![1];
  original.assign(tf.mul(original, 2));
  return [before, before];
});
// END WRONG

// BEGIN WRONG not doubled
ex.P6.answer((module: nn.Module) => {
  const largest = () => tf.max(tf.abs(module.tensor('weight'))).dataSync()[0];
  const before = largest();
  const mask = module.namedBuffers().find(([name]) => name === 'weight_mask')![1];
  mask.assign(tf.mul(mask, 2));
  return [before, largest()];
});
// END WRONG
