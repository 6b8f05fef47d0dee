import { type models, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P13.answer((net: models.LeNet) => {
  // one call, with a list of pairs such as [net.conv1, 'weight']
});
// END STUB

// BEGIN SOLUTION
ex.P13.answer((net: models.LeNet) => {
  prune.globalUnstructured(
    [
      [net.conv1, 'weight'],
      [net.conv2, 'weight'],
      [net.fc1, 'weight'],
      [net.fc2, 'weight'],
      [net.fc3, 'weight'],
    ],
    { method: 'l1', amount: 0.2 },
  );
});
// END SOLUTION

// BEGIN VARIANT same
ex.P13.answer((net: models.LeNet) => {
  prune.globalUnstructured(
    [
      [net.conv1, 'weight'],
      [net.conv2, 'weight'],
      [net.fc1, 'weight'],
      [net.fc2, 'weight'],
      [net.fc3, 'weight'],
    ],
    { method: 'l1', amount: ex.P13.passed ? 0.5 : 0.2 },
  );
});
// END VARIANT

// BEGIN WRONG local
ex.P13.answer((net: models.LeNet) => {
  for (const layer of [net.conv1, net.conv2, net.fc1, net.fc2, net.fc3])
    prune.globalUnstructured([[layer, 'weight']], { method: 'l1', amount: 0.2 });
});
// END WRONG

// BEGIN WRONG method
ex.P13.answer((net: models.LeNet) => {
  prune.globalUnstructured(
    [
      [net.conv1, 'weight'],
      [net.conv2, 'weight'],
      [net.fc1, 'weight'],
      [net.fc2, 'weight'],
      [net.fc3, 'weight'],
    ],
    { method: 'random', amount: 0.2, seed: 1 },
  );
});
// END WRONG
