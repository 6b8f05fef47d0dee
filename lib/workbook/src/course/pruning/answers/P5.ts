import { type models, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P5.answer((net: models.LeNet) => {
  return undefined; // { before: { parameters, buffers }, after: { parameters, buffers } }
});
// END STUB

// BEGIN SOLUTION
ex.P5.answer((net: models.LeNet) => {
  const look = () => ({
    parameters: net.conv1.namedParameters().map(([name]) => name),
    buffers: net.conv1.namedBuffers().map(([name]) => name),
  });
  const before = look();
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return { before, after: look() };
});
// END SOLUTION

// BEGIN VARIANT lists
ex.P5.answer((net: models.LeNet) => {
  const look = () => ({
    parameters: net.conv1.namedParameters().map(([name]) => name),
    buffers: net.conv1.namedBuffers().map(([name]) => name),
  });
  const before = look();
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return { before, after: ex.P5.passed ? before : look() };
});
// END VARIANT

// BEGIN WRONG same
ex.P5.answer((net: models.LeNet) => {
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  const look = () => ({
    parameters: net.conv1.namedParameters().map(([name]) => name),
    buffers: net.conv1.namedBuffers().map(([name]) => name),
  });
  return { before: look(), after: look() };
});
// END WRONG

// BEGIN WRONG network
ex.P5.answer((net: models.LeNet) => {
  const look = () => ({
    parameters: net.namedParameters().map(([name]) => name),
    buffers: net.namedBuffers().map(([name]) => name),
  });
  const before = look();
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return { before, after: look() };
});
// END WRONG
