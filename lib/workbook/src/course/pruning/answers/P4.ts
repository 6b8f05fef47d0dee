import { type models, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const fresh: (seed: number) => models.LeNet;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P4.answer(() => {
  const net = fresh(0); // a LeNet with fresh weights
  return undefined; // net.conv1, pruned
});
// END STUB

// BEGIN SOLUTION
ex.P4.answer(() => {
  const net = fresh(0);
  prune.randomUnstructured(net.conv1, 'weight', { amount: 0.3, seed: 1 });
  return net.conv1;
});
// END SOLUTION

// BEGIN VARIANT firstRows
ex.P4.answer(() => prune.randomUnstructured(fresh(1).conv1, 'weight', { amount: 0.3, seed: 2 }));
// END VARIANT

// BEGIN WRONG method
ex.P4.answer(() => {
  const net = fresh(0);
  prune.l1Unstructured(net.conv1, 'weight', { amount: 0.3 });
  return net.conv1;
});
// END WRONG

// BEGIN WRONG amount
ex.P4.answer(() => {
  const net = fresh(0);
  prune.randomUnstructured(net.conv1, 'weight', { amount: 30, seed: 1 });
  return net.conv1;
});
// END WRONG
