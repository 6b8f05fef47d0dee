import { type quantize, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q5.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  return undefined; // 1 or 0 for each number
});
// END STUB

// BEGIN SOLUTION
ex.Q5.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const inside = tf.logicalAnd(tf.greaterEqual(q, min), tf.lessEqual(q, max));
  return tf.cast(inside, 'float32');
});
// END SOLUTION

// BEGIN WRONG clipped
ex.Q5.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  return tf.onesLike(x);
});
// END WRONG

// BEGIN WRONG zero
ex.Q5.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  return tf.zerosLike(x);
});
// END WRONG

// BEGIN VARIANT insideAccuracy
ex.Q5.answer((x: tf.Tensor, { scale, zeroPoint, min, max }: quantize.RoundingGrid) => {
  const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
  const inside = tf.logicalAnd(tf.greaterEqual(q, min), tf.lessEqual(q, max));
  return ex.Q5.passed ? tf.zerosLike(x) : tf.cast(inside, 'float32');
});
// END VARIANT
