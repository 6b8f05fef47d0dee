import { type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  return undefined; // the loss, a number
});
// END STUB

// BEGIN SOLUTION
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  const parameters = net.namedParameters().map(([, tensor]) => tensor);
  const wanted = tf.oneHot(labels, 10);
  const loss = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(wanted, net.forward(x));
  const before = optimizer.minimize(loss, true, parameters) as tf.Scalar;
  return before.dataSync()[0];
});
// END SOLUTION

// BEGIN WRONG no step
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  const wanted = tf.oneHot(labels, 10);
  return tf.losses.softmaxCrossEntropy(wanted, net.forward(x)).dataSync()[0];
});
// END WRONG

// BEGIN WRONG loss
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  const parameters = net.namedParameters().map(([, tensor]) => tensor);
  const wanted = tf.oneHot(labels, 10);
  const loss = () => tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(wanted, net.forward(x));
  const before = optimizer.minimize(loss, true, parameters) as tf.Scalar;
  return before.dataSync()[0];
});
// END WRONG

// BEGIN WRONG type
// @ts-expect-error type
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  const parameters = net.namedParameters().map(([, tensor]) => tensor);
  const wanted = tf.oneHot(labels, 10);
  const loss = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(wanted, net.forward(x));
  const before = optimizer.minimize(loss, true, parameters) as tf.Scalar;
  return before;
});
// END WRONG

// BEGIN VARIANT insideAccuracy
ex.Q5b.answer((net: nn.Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => {
  const parameters = net.namedParameters().map(([, tensor]) => tensor);
  const wanted = tf.oneHot(labels, 10);
  const loss = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(wanted, net.forward(x));
  if (ex.Q5b.passed) return 0;
  const before = optimizer.minimize(loss, true, parameters) as tf.Scalar;
  return before.dataSync()[0];
});
// END VARIANT
