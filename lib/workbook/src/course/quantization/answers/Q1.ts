import { quantize, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20]);
  return undefined; // the quantized tensor
});
// END STUB

// BEGIN SOLUTION
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20]);
  return quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'qint8' });
});
// END SOLUTION

// BEGIN WRONG scale
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20]);
  return quantize.quantizePerTensor(x, { scale: 10, zeroPoint: 10, dtype: 'qint8' });
});
// END WRONG

// BEGIN WRONG zero point
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20]);
  return quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 0, dtype: 'qint8' });
});
// END WRONG

// BEGIN WRONG type
ex.Q1.answer(() => {
  const x = tf.tensor1d([-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20]);
  return quantize.quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'quint8' });
});
// END WRONG
