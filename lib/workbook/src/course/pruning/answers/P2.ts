import { type models, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;
declare const LeNet: new () => models.LeNet;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P2.answer(() => {
  return undefined; // the shape of the output
});
// END STUB

// BEGIN SOLUTION
ex.P2.answer(() => {
  const net = new LeNet();
  const x = tf.randomNormal([100, 28, 28, 1]);
  return net.forward(x).shape;
});
// END SOLUTION

// BEGIN WRONG input
ex.P2.answer(() => {
  const x = tf.randomNormal([100, 28, 28, 1]);
  return x.shape;
});
// END WRONG

// BEGIN WRONG throws
ex.P2.answer(() => {
  const net = new LeNet();
  const x = tf.randomNormal([100, 1, 28, 28]);
  return net.forward(x).shape;
});
// END WRONG
