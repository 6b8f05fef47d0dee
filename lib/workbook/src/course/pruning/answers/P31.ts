import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P31.answer((logits: tf.Tensor2D, labels: ArrayLike<number>) => {
  return undefined; // the share of right answers
});
// END STUB

// BEGIN SOLUTION
ex.P31.answer((logits: tf.Tensor2D, labels: ArrayLike<number>) => {
  const guessed = tf.tidy(() => tf.argMax(logits, 1).dataSync());
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (guessed[i] === labels[i]) right++;
  }
  return right / labels.length;
});
// END SOLUTION

// BEGIN VARIANT untrained
ex.P31.answer((logits: tf.Tensor2D, labels: ArrayLike<number>) => {
  const guessed = tf.tidy(() => tf.argMax(logits, 1).dataSync());
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (guessed[i] === labels[i]) right++;
  }
  return ex.P31.passed ? 0.5 : right / labels.length;
});
// END VARIANT

// BEGIN WRONG count
ex.P31.answer((logits: tf.Tensor2D, labels: ArrayLike<number>) => {
  const guessed = tf.tidy(() => tf.argMax(logits, 1).dataSync());
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (guessed[i] === labels[i]) right++;
  }
  return right;
});
// END WRONG

// BEGIN WRONG wrong ones
ex.P31.answer((logits: tf.Tensor2D, labels: ArrayLike<number>) => {
  const guessed = tf.tidy(() => tf.argMax(logits, 1).dataSync());
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (guessed[i] === labels[i]) right++;
  }
  return 1 - right / labels.length;
});
// END WRONG
