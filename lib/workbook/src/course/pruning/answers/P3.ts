import { models, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P3.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  // prune here
  return undefined; // net.conv1
});
// END STUB

// BEGIN SOLUTION
ex.P3.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  prune.l1Unstructured(net.conv1, 'bias', { amount: 3 });
  return net.conv1;
});
// END SOLUTION

// BEGIN WRONG amount
ex.P3.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  prune.l1Unstructured(net.conv1, 'bias', { amount: 0.3 });
  return net.conv1;
});
// END WRONG

// BEGIN WRONG not smallest
ex.P3.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  prune.randomUnstructured(net.conv1, 'bias', { amount: 3, seed: 1 });
  return net.conv1;
});
// END WRONG
