import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q5d.answer((x: tf.Tensor2D, weights: tf.Tensor2D) => {
  return undefined; // { x: ..., weights: ... }
});
// END STUB

// BEGIN SOLUTION
ex.Q5d.answer((x: tf.Tensor2D, weights: tf.Tensor2D) => {
  const [largestX, largestW] = [tf.max(tf.abs(x), 0), tf.max(tf.abs(weights), 1)];
  const factors = tf.sqrt(tf.div(largestX, largestW));
  const perRow = tf.reshape(factors, [-1, 1]);
  return { x: tf.div<tf.Tensor2D>(x, factors), weights: tf.mul<tf.Tensor2D>(weights, perRow) };
});
// END SOLUTION

// BEGIN WRONG product
ex.Q5d.answer((x: tf.Tensor2D, weights: tf.Tensor2D) => {
  const [largestX, largestW] = [tf.max(tf.abs(x), 0), tf.max(tf.abs(weights), 1)];
  const factors = tf.sqrt(tf.div(largestX, largestW));
  const perRow = tf.reshape(factors, [-1, 1]);
  return { x: tf.div<tf.Tensor2D>(x, factors), weights: tf.div<tf.Tensor2D>(weights, perRow) };
});
// END WRONG

// BEGIN WRONG factors
ex.Q5d.answer((x: tf.Tensor2D, weights: tf.Tensor2D) => {
  const largestX = tf.max(tf.abs(x), 0);
  const factors = tf.sqrt(largestX);
  const perRow = tf.reshape(factors, [-1, 1]);
  return { x: tf.div<tf.Tensor2D>(x, factors), weights: tf.mul<tf.Tensor2D>(weights, perRow) };
});
// END WRONG

// BEGIN VARIANT treatments
ex.Q5d.answer((x: tf.Tensor2D, weights: tf.Tensor2D) => {
  const [largestX, largestW] = [tf.max(tf.abs(x), 0), tf.max(tf.abs(weights), 1)];
  const factors = ex.Q5d.passed ? tf.onesLike(largestX) : tf.sqrt(tf.div(largestX, largestW));
  const perRow = tf.reshape(factors, [-1, 1]);
  return { x: tf.div<tf.Tensor2D>(x, factors), weights: tf.mul<tf.Tensor2D>(weights, perRow) };
});
// END VARIANT
