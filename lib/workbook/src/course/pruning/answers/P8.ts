import { type models, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const fresh: (seed: number) => models.LeNet;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P8.answer(() => {
  const net = fresh(0);
  return undefined; // net.conv1, pruned
});
// END STUB

// BEGIN SOLUTION
ex.P8.answer(() => {
  const net = fresh(0);
  prune.l1Unstructured(net.conv1, 'bias', { amount: 3 });
  return net.conv1;
});
// END SOLUTION

// BEGIN VARIANT biasRows
ex.P8.answer(() => prune.l1Unstructured(fresh(1).conv1, 'bias', { amount: 3 }));
// END VARIANT

// BEGIN WRONG amount
ex.P8.answer(() => {
  const net = fresh(0);
  prune.l1Unstructured(net.conv1, 'bias', { amount: 0.3 });
  return net.conv1;
});
// END WRONG

// BEGIN WRONG not smallest
ex.P8.answer(() => {
  const net = fresh(0);
  prune.randomUnstructured(net.conv1, 'bias', { amount: 3, seed: 1 });
  return net.conv1;
});
// END WRONG
