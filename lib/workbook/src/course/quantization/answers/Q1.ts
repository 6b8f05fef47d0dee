import { quantize, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1.answer(() => {
  return undefined; // { x: ..., q: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q1.answer(() => {
  const x = tf.randomNormal([20], 0, 3);
  const q = quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'qint8' });
  return { x: x, q: q };
});
// END SOLUTION

// BEGIN WRONG random
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, 0, 1.234]);
  const q = quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'qint8' });
  return { x: x, q: q };
});
// END WRONG

// BEGIN WRONG scale
ex.Q1.answer(() => {
  const x = tf.randomNormal([20], 0, 3);
  const q = quantize.quantizePerTensor(x, { scale: 10, zeroPoint: 10, dtype: 'qint8' });
  return { x: x, q: q };
});
// END WRONG

// BEGIN WRONG zero point
ex.Q1.answer(() => {
  const x = tf.randomNormal([20], 0, 3);
  const q = quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 0, dtype: 'qint8' });
  return { x: x, q: q };
});
// END WRONG

// BEGIN WRONG type
ex.Q1.answer(() => {
  const x = tf.randomNormal([20], 0, 3);
  const q = quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'quint8' });
  return { x: x, q: q };
});
// END WRONG

// BEGIN VARIANT numbers
ex.Q1.answer(() => {
  const x = tf.randomNormal([20], 1, 2, 'float32', 9);
  const q = quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'qint8' });
  return { x: x, q: q };
});
// END VARIANT
