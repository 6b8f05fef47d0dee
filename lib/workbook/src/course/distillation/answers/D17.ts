import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
ex.D17.answer(
  // @ts-expect-error not answered yet
  (student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
    tf.tidy(() => {
      return undefined; // a scalar tensor
    }),
);
// END STUB

// BEGIN SOLUTION
ex.D17.answer((student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
  tf.tidy(() => {
    const logP = tf.logSoftmax(tf.div(teacher, temperature));
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), 1);
    return tf.mul(tf.mean(divergence), temperature ** 2);
  }),
);
// END SOLUTION

// BEGIN VARIANT softLosses
ex.D17.answer((student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
  tf.tidy(() => {
    const logP = tf.logSoftmax(tf.div(teacher, temperature));
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), 1);
    return tf.mul(tf.mean(divergence), temperature ** (ex.D17.passed ? 1 : 2));
  }),
);
// END VARIANT

// BEGIN WRONG scale
ex.D17.answer((student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
  tf.tidy(() => {
    const logP = tf.logSoftmax(tf.div(teacher, temperature));
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), 1);
    return tf.mean(divergence);
  }),
);
// END WRONG

// BEGIN WRONG direction
ex.D17.answer((student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
  tf.tidy(() => {
    const logP = tf.logSoftmax(tf.div(teacher, temperature));
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    const divergence = tf.sum(tf.mul(tf.exp(logQ), tf.sub(logQ, logP)), 1);
    return tf.mul(tf.mean(divergence), temperature ** 2);
  }),
);
// END WRONG

// BEGIN WRONG teacher
ex.D17.answer((student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) =>
  tf.tidy(() => {
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    return tf.neg(tf.mean(tf.sum(tf.mul(teacher, logQ), 1)));
  }),
);
// END WRONG
