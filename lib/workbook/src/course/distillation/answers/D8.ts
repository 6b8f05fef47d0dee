import { type nn, tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  return undefined; // a list of ten numbers
});
// END STUB

// BEGIN SOLUTION
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  const batch = tf.expandDims(picture, 0);
  const logits = tf.tidy(() => teacher.forward(batch));
  const values = [...logits.dataSync()];
  tf.dispose([batch, logits]);
  return values;
});
// END SOLUTION

// BEGIN VARIANT logitsOfOne
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  const logits = tf.tidy(() => teacher.forward(tf.expandDims(picture, 0)));
  const values = [...logits.dataSync()];
  logits.dispose();
  return ex.D8.passed ? values.map((logit) => logit + 100) : values;
});
// END VARIANT

// BEGIN WRONG memory
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  const logits = teacher.forward(tf.expandDims(picture, 0));
  return [...logits.dataSync()];
});
// END WRONG

// BEGIN WRONG probabilities
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  const logits = tf.tidy(() => tf.softmax(teacher.forward(tf.expandDims(picture, 0))));
  const values = [...logits.dataSync()];
  logits.dispose();
  return values;
});
// END WRONG

// BEGIN WRONG throws
ex.D8.answer((teacher: nn.Module, picture: tf.Tensor3D) => {
  const logits = tf.tidy(() => teacher.forward(picture));
  return [...logits.dataSync()];
});
// END WRONG
