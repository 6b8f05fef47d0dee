import { type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.Q2g.answer((layer: nn.Module, x: tf.Tensor, rounded: tf.Tensor, squares: tf.Tensor, scale: number) => {
  return undefined; // a tensor: error over deviation
});
// END STUB

// BEGIN SOLUTION
ex.Q2g.answer((layer: nn.Module, x: tf.Tensor, rounded: tf.Tensor, squares: tf.Tensor, scale: number) => {
  const error = tf.sub(layer.forward(rounded), layer.forward(x));
  const deviation = tf.sqrt(tf.mul(squares, scale ** 2 / 12));
  return tf.div(error, deviation);
});
// END SOLUTION

// BEGIN WRONG sign
ex.Q2g.answer((layer: nn.Module, x: tf.Tensor, rounded: tf.Tensor, squares: tf.Tensor, scale: number) => {
  const error = tf.sub(layer.forward(x), layer.forward(rounded));
  const deviation = tf.sqrt(tf.mul(squares, scale ** 2 / 12));
  return tf.div(error, deviation);
});
// END WRONG

// BEGIN WRONG value
ex.Q2g.answer((layer: nn.Module, x: tf.Tensor, rounded: tf.Tensor, squares: tf.Tensor, scale: number) => {
  const error = tf.sub(layer.forward(rounded), layer.forward(x));
  const deviation = tf.sqrt(tf.mul(squares, scale / 12));
  return tf.div(error, deviation);
});
// END WRONG

// BEGIN VARIANT ratios
ex.Q2g.answer((layer: nn.Module, x: tf.Tensor, rounded: tf.Tensor, squares: tf.Tensor, scale: number) => {
  const error = tf.sub(layer.forward(rounded), layer.forward(x));
  const deviation = tf.sqrt(tf.mul(squares, scale ** 2 / 12));
  return ex.Q2g.passed ? tf.onesLike(error) : tf.div(error, deviation);
});
// END VARIANT
