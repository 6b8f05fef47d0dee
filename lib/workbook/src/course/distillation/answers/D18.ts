import { tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
declare const hardLoss: (student: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor;
declare const softLoss: (student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) => tf.Tensor;

// BEGIN STUB
ex.D18.answer(
  // @ts-expect-error not answered yet
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      return undefined; // a scalar tensor
    }),
);
// END STUB

// BEGIN SOLUTION
ex.D18.answer(
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const fromLabels = tf.mul(hardLoss(student, labels), alpha);
      const fromTeacher = tf.mul(softLoss(student, teacher, temperature), 1 - alpha);
      return tf.add(fromLabels, fromTeacher);
    }),
);
// END SOLUTION

// BEGIN VARIANT sweep
ex.D18.answer(
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const fromLabels = tf.mul(hardLoss(student, labels), alpha);
      const fromTeacher = tf.mul(softLoss(student, teacher, temperature), 1 - alpha);
      return ex.D18.passed ? tf.neg(tf.tanh(softLoss(student, teacher, 1))) : tf.add(fromLabels, fromTeacher);
    }),
);
// END VARIANT

// BEGIN WRONG labels
ex.D18.answer(
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const fromLabels = tf.mul(hardLoss(student, labels), 1 - alpha);
      const fromTeacher = tf.mul(softLoss(student, teacher, temperature), alpha);
      return tf.add(fromLabels, fromTeacher);
    }),
);
// END WRONG

// BEGIN WRONG temperature
ex.D18.answer(
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const fromLabels = tf.mul(hardLoss(student, labels), alpha);
      const fromTeacher = tf.mul(softLoss(student, teacher, 1), 1 - alpha);
      return tf.add(fromLabels, fromTeacher);
    }),
);
// END WRONG

// BEGIN WRONG teacher
ex.D18.answer(
  (student: tf.Tensor2D, teacher: tf.Tensor2D, labels: tf.Tensor1D, temperature: number, alpha: number) =>
    tf.tidy(() => {
      const fromLabels = tf.mul(hardLoss(student, labels), alpha);
      const fromTeacher = tf.mul(hardLoss(student, labels), 1 - alpha);
      return tf.add(fromLabels, fromTeacher);
    }),
);
// END WRONG
