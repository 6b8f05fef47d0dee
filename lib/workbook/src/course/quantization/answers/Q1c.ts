import { type quantize, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1c.answer((x: tf.Tensor, q: quantize.QuantizedTensor) => {
  return undefined; // { back: ..., error: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q1c.answer((x: tf.Tensor, q: quantize.QuantizedTensor) => {
  const back = q.dequantize();
  const error = tf.sub(back, x);
  return { back: back, error: error };
});
// END SOLUTION

// BEGIN WRONG sign
ex.Q1c.answer((x: tf.Tensor, q: quantize.QuantizedTensor) => {
  const back = q.dequantize();
  const error = tf.sub(x, back);
  return { back: back, error: error };
});
// END WRONG

// BEGIN WRONG integers
ex.Q1c.answer((x: tf.Tensor, q: quantize.QuantizedTensor) => {
  const back = tf.cast(q.intRepr(), 'float32');
  const error = tf.sub(back, x);
  return { back: back, error: error };
});
// END WRONG

// BEGIN VARIANT largestError
ex.Q1c.answer((x: tf.Tensor, q: quantize.QuantizedTensor) => {
  const back = q.dequantize();
  const error = tf.mul(tf.sub(back, x), ex.Q1c.passed ? 3 : 1);
  return { back: back, error: error };
});
// END VARIANT
