import { measure, models } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.A8.answer(() => {
  const net = models.create('efficientnet_v2_s', { seed: 0 });
  const rows = measure.complexity(net, [1, 256, 256, 3]).rows;
  net.dispose();
  return undefined; // the path of the heaviest row
});
// END STUB

// BEGIN SOLUTION
ex.A8.answer(() => {
  const net = models.create('efficientnet_v2_s', { seed: 0 });
  const rows = measure.complexity(net, [1, 256, 256, 3]).rows;
  net.dispose();
  return [...rows].sort((a, b) => b.macs - a.macs)[0].path;
});
// END SOLUTION

// BEGIN WRONG params
ex.A8.answer(() => {
  const net = models.create('efficientnet_v2_s', { seed: 0 });
  const rows = measure.complexity(net, [1, 256, 256, 3]).rows;
  net.dispose();
  return [...rows].sort((a, b) => b.params - a.params)[0].path;
});
// END WRONG

// BEGIN WRONG value
ex.A8.answer('features.0.0');
// END WRONG
