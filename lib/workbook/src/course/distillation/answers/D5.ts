import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
ex.D5.answer(
  // @ts-expect-error not answered yet
  (student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const hard = tf.neg(
        tf.mean(tf.sum(tf.mul(tf.oneHot(labels, student.shape[1] as number), tf.logSoftmax(student)), 1)),
      );
      return undefined; // hard and soft, weighed
    }),
);
// END STUB

// BEGIN SOLUTION
ex.D5.answer(
  (student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const hard = tf.neg(
        tf.mean(tf.sum(tf.mul(tf.oneHot(labels, student.shape[1] as number), tf.logSoftmax(student)), 1)),
      );
      const p = tf.logSoftmax(tf.div(teacher, temperature));
      const q = tf.logSoftmax(tf.div(student, temperature));
      const soft = tf.mean(tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1));
      return tf.add(tf.mul(hard, alpha), tf.mul(soft, (1 - alpha) * temperature * temperature));
    }),
);
// END SOLUTION

// BEGIN WRONG scale
ex.D5.answer(
  (student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const hard = tf.neg(
        tf.mean(tf.sum(tf.mul(tf.oneHot(labels, student.shape[1] as number), tf.logSoftmax(student)), 1)),
      );
      const p = tf.logSoftmax(tf.div(teacher, temperature));
      const q = tf.logSoftmax(tf.div(student, temperature));
      const soft = tf.mean(tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1));
      return tf.add(tf.mul(hard, alpha), tf.mul(soft, 1 - alpha));
    }),
);
// END WRONG

// BEGIN WRONG labels
ex.D5.answer(
  (student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const hard = tf.neg(
        tf.mean(tf.sum(tf.mul(tf.oneHot(labels, student.shape[1] as number), tf.logSoftmax(student)), 1)),
      );
      const p = tf.logSoftmax(tf.div(teacher, temperature));
      const q = tf.logSoftmax(tf.div(student, temperature));
      const soft = tf.mean(tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1));
      return tf.add(tf.mul(hard, 1 - alpha), tf.mul(soft, alpha * temperature * temperature));
    }),
);
// END WRONG

// BEGIN WRONG teacher
ex.D5.answer(
  (student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const hard = tf.neg(
        tf.mean(tf.sum(tf.mul(tf.oneHot(labels, student.shape[1] as number), tf.logSoftmax(student)), 1)),
      );
      const soft = tf.neg(tf.mean(tf.sum(tf.mul(teacher, tf.log(tf.softmax(student))), 1)));
      return tf.add(tf.mul(hard, alpha), tf.mul(soft, 1 - alpha));
    }),
);
// END WRONG
