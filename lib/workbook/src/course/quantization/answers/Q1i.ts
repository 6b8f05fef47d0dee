import { type quantize, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q1i.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  return undefined; // a tensor of real numbers
});
// END STUB

// BEGIN SOLUTION
ex.Q1i.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const clamped = tf.clipByValue(q, min, max);
  return tf.mul(tf.sub(clamped, zeroPoint), scale);
});
// END SOLUTION

// BEGIN WRONG saturation
ex.Q1i.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const clamped = q;
  return tf.mul(tf.sub(clamped, zeroPoint), scale);
});
// END WRONG

// BEGIN WRONG value
ex.Q1i.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const clamped = tf.clipByValue(q, min, max);
  return tf.mul(clamped, scale);
});
// END WRONG

// BEGIN VARIANT ratios
ex.Q1i.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const clamped = tf.clipByValue(q, min, max);
  return ex.Q1i.passed ? tf.clone(x) : tf.mul(tf.sub(clamped, zeroPoint), scale);
});
// END VARIANT
