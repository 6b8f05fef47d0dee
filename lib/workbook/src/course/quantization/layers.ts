import { tf } from 'scalable-inference/backend';
import { Conv2d, type Module } from 'scalable-inference/nn';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'rounding errors';

/** How many pictures of a batch a network tells right. */
export type CountRight = (logits: tf.Tensor, labels: tf.Tensor1D) => number;

const countRight: CountRight = (logits, labels) =>
  tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32')).dataSync()[0]);

async function checkCountRight(answer: unknown): Promise<Diagnosis | undefined> {
  const logits = tf.tensor2d([
    [0.1, 2, 0],
    [3, -1, 0],
    [0, 0.5, 0.7],
    [-4, -1, -3],
  ]);
  const labels = [
    [1, 0, 2, 1],
    [1, 2, 2, 0],
  ].map((classes) => tf.tensor1d(classes, 'int32'));
  const cases = labels.map((each) => ({
    args: [logits, each],
    expected: countRight(logits, each),
    name: `four pictures of the classes ${each.dataSync().join(', ')}`,
  }));
  const found = await onCases(answer, cases);
  tf.dispose([logits, labels]);
  return found;
}

export const Q2f = exercise<CountRight>({
  id: 'Q2f',
  title: 'Count right answers',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Given the outputs of a network, `logits` [pictures, classes], and the true classes, `labels` [pictures]: how many pictures does it classify correctly? The predicted class is the one with the largest output. Every accuracy of this notebook will be measured with your function.',
  hints: [
    '`tf.argMax(logits, 1)` gives the position of the largest output of each picture.',
    "`tf.equal(a, b)` compares element by element; `tf.sum` adds up numbers, so cast first: `tf.cast(same, 'int32')`.",
    '`.dataSync()[0]` takes the number out of the tensor.',
  ],
  reference: () => countRight,
  check: checkCountRight,
});

/** Errors of a layer's outputs, each over its predicted standard deviation. */
export type ErrorRatio = (
  layer: Module,
  x: tf.Tensor,
  rounded: tf.Tensor,
  squares: tf.Tensor,
  scale: number,
) => tf.Tensor;

const errorRatio: ErrorRatio = (layer, x, rounded, squares, scale) =>
  tf.tidy(() => {
    const error = tf.sub(layer.forward(rounded), layer.forward(x));
    return tf.div(error, tf.sqrt(tf.mul(squares, scale ** 2 / 12)));
  });

async function checkErrorRatio(answer: unknown): Promise<Diagnosis | undefined> {
  const layer = new Conv2d({ inChannels: 2, outChannels: 3, kernelSize: 1 });
  const x = tf.randomUniform([1, 3, 3, 2], 0, 4, 'float32', 5);
  const [rounded, squares] = [tf.round(x), tf.fill([1, 3, 3, 3], 0.5)];
  const cases = [0.5, 2].map((scale) => ({
    args: [layer, x, rounded, squares, scale],
    expected: errorRatio(layer, x, rounded, squares, scale),
    name: `a small convolution and scale ${scale}`,
  }));
  const found = await onCases(answer, cases, { relative: 1e-3, absolute: 1e-5 });
  layer.dispose();
  tf.dispose([x, rounded, squares, cases.map(({ expected }) => expected)]);
  if (found?.reason !== 'value') return found;
  const [expected, got] = [Number(found.expected), Number(found.got)];
  return Math.abs(expected + got) < 1e-2 * Math.abs(expected)
    ? { ...found, reason: 'sign', message: `${found.message} The error is rounded minus exact.` }
    : found;
}

export const Q2g = exercise<ErrorRatio>({
  id: 'Q2g',
  title: 'Errors inside a real layer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Your function gets a layer, its input \`x\`, the same input \`rounded\` to integers of the given \`scale\`, and for each output the sum \`squares\` of the squared weights that met a rounded number. Return for each output

1. its **error**: \`layer.forward(rounded)\` minus \`layer.forward(x)\`,
2. **divided by** the standard deviation that the formula predicts for it, $\\sqrt{s^2 / 12 \\cdot \\sum w^2}$ with the scale as $s$.`,
  hints: [
    '`tf.sub(layer.forward(rounded), layer.forward(x))` is the error.',
    '`tf.sqrt(tf.mul(squares, scale ** 2 / 12))` is the deviation of each output.',
  ],
  reference: () => errorRatio,
  check: checkErrorRatio,
});
