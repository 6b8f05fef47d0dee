import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q2f.answer((logits: tf.Tensor, labels: tf.Tensor1D) => {
  return undefined; // the number of right answers
});
// END STUB

// BEGIN SOLUTION
ex.Q2f.answer((logits: tf.Tensor, labels: tf.Tensor1D) => {
  const predicted = tf.argMax(logits, 1);
  const right = tf.cast(tf.equal(predicted, labels), 'int32');
  return tf.sum(right).dataSync()[0];
});
// END SOLUTION

// BEGIN WRONG value
ex.Q2f.answer((logits: tf.Tensor, labels: tf.Tensor1D) => {
  const predicted = tf.argMax(logits, 0).slice(0, 1);
  const right = tf.cast(tf.equal(predicted, labels), 'int32');
  return tf.sum(right).dataSync()[0];
});
// END WRONG

// BEGIN WRONG value
ex.Q2f.answer((logits: tf.Tensor, labels: tf.Tensor1D) => {
  const predicted = tf.argMax(logits, 1);
  const right = tf.cast(tf.equal(predicted, labels), 'int32');
  return tf.mean(right).dataSync()[0];
});
// END WRONG

// BEGIN VARIANT floatAccuracy
ex.Q2f.answer((logits: tf.Tensor, labels: tf.Tensor1D) => {
  const predicted = tf.argMax(logits, 1);
  const right = tf.cast(tf.equal(predicted, labels), 'int32');
  return ex.Q2f.passed ? 1 : tf.sum(right).dataSync()[0];
});
// END VARIANT
