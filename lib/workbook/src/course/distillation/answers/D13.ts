import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
ex.D13.answer(
  // @ts-expect-error not answered yet
  (student: tf.Tensor2D, labels: tf.Tensor1D) =>
    tf.tidy(() => {
      return undefined; // a scalar tensor
    }),
);
// END STUB

// BEGIN SOLUTION
ex.D13.answer((student: tf.Tensor2D, labels: tf.Tensor1D) =>
  tf.tidy(() => {
    const logarithms = tf.logSoftmax(student);
    const atLabels = tf.sum(tf.mul(tf.oneHot(labels, student.shape[1]), logarithms), 1);
    return tf.neg(tf.mean(atLabels));
  }),
);
// END SOLUTION

// BEGIN VARIANT hardLosses
ex.D13.answer((student: tf.Tensor2D, labels: tf.Tensor1D) =>
  tf.tidy(() => {
    const logarithms = tf.logSoftmax(student);
    const atLabels = tf.sum(tf.mul(tf.oneHot(labels, student.shape[1]), logarithms), 1);
    return tf.mul(tf.neg(tf.mean(atLabels)), ex.D13.passed ? 2 : 1);
  }),
);
// END VARIANT

// BEGIN WRONG sign
ex.D13.answer((student: tf.Tensor2D, labels: tf.Tensor1D) =>
  tf.tidy(() => {
    const atLabels = tf.sum(tf.mul(tf.oneHot(labels, student.shape[1]), tf.logSoftmax(student)), 1);
    return tf.mean(atLabels);
  }),
);
// END WRONG

// BEGIN WRONG sum
ex.D13.answer((student: tf.Tensor2D, labels: tf.Tensor1D) =>
  tf.tidy(() => {
    const atLabels = tf.sum(tf.mul(tf.oneHot(labels, student.shape[1]), tf.logSoftmax(student)), 1);
    return tf.neg(tf.sum(atLabels));
  }),
);
// END WRONG

// BEGIN WRONG overflow
ex.D13.answer((student: tf.Tensor2D, labels: tf.Tensor1D) =>
  tf.tidy(() => {
    const atLabels = tf.sum(tf.mul(tf.oneHot(labels, student.shape[1]), tf.log(tf.softmax(student))), 1);
    return tf.neg(tf.mean(atLabels));
  }),
);
// END WRONG
