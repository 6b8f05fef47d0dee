import { models, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P1.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  const x = tf.randomNormal([100, 28, 28, 1]);
  return undefined; // the shape of the output
});
// END STUB

// BEGIN SOLUTION
ex.P1.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  const x = tf.randomNormal([100, 28, 28, 1]);
  return net.forward(x).shape;
});
// END SOLUTION

// BEGIN WRONG input
ex.P1.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  const x = tf.randomNormal([100, 28, 28, 1]);
  return x.shape;
});
// END WRONG

// BEGIN WRONG throws
ex.P1.answer(() => {
  const net = models.create('lenet_3x3', { seed: 0 });
  const x = tf.randomNormal([100, 1, 28, 28]);
  return net.forward(x).shape;
});
// END WRONG
