import { type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
declare const hardLoss: (student: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor;

// BEGIN STUB
ex.D14.answer(
  // @ts-expect-error not answered yet
  (student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) =>
    tf.tidy(() => {
      return undefined; // the loss as a number
    }),
);
// END STUB

// BEGIN SOLUTION
ex.D14.answer((student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) =>
  tf.tidy(() => {
    const variables = student.namedParameters().map(([name, variable]) => variable);
    const lossOf = () => hardLoss(student.forward(x) as tf.Tensor2D, labels) as tf.Scalar;
    const { value, grads } = tf.variableGrads(lossOf, variables);
    optimizer.applyGradients(grads);
    return value.dataSync()[0];
  }),
);
// END SOLUTION

// BEGIN VARIANT ownAccuracies
ex.D14.answer((student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) =>
  tf.tidy(() => {
    const variables = student.namedParameters().map(([name, variable]) => variable);
    const lossOf = () => hardLoss(student.forward(x) as tf.Tensor2D, labels) as tf.Scalar;
    const { value, grads } = tf.variableGrads(lossOf, variables);
    if (!ex.D14.passed) optimizer.applyGradients(grads);
    return value.dataSync()[0];
  }),
);
// END VARIANT

// BEGIN WRONG no step
ex.D14.answer((student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) =>
  tf.tidy(() => {
    const variables = student.namedParameters().map(([name, variable]) => variable);
    const lossOf = () => hardLoss(student.forward(x) as tf.Tensor2D, labels) as tf.Scalar;
    const { value } = tf.variableGrads(lossOf, variables);
    return value.dataSync()[0];
  }),
);
// END WRONG

// BEGIN WRONG loss
ex.D14.answer((student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) =>
  tf.tidy(() => {
    const variables = student.namedParameters().map(([name, variable]) => variable);
    const lossOf = () => hardLoss(student.forward(x) as tf.Tensor2D, labels) as tf.Scalar;
    const { value, grads } = tf.variableGrads(lossOf, variables);
    optimizer.applyGradients(grads);
    return -value.dataSync()[0];
  }),
);
// END WRONG

// BEGIN WRONG memory
ex.D14.answer((student: nn.Module, x: tf.Tensor4D, labels: tf.Tensor1D, optimizer: tf.Optimizer) => {
  const variables = student.namedParameters().map(([name, variable]) => variable);
  const lossOf = () => hardLoss(student.forward(x) as tf.Tensor2D, labels) as tf.Scalar;
  const { value, grads } = tf.variableGrads(lossOf, variables);
  optimizer.applyGradients(grads);
  return value.dataSync()[0];
});
// END WRONG
