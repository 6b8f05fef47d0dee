import { tf } from 'scalable-inference/backend';
import { SmallCnn } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import { fakeQuantize, type RoundingGrid } from 'scalable-inference/quantize';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'beyond';

/** 1 where the gradient of a rounded number passes, 0 where it was clipped. */
export type StraightThrough = (x: tf.Tensor, grid: RoundingGrid) => tf.Tensor;

const straightThrough: StraightThrough = (x, { scale, zeroPoint, min, max }) =>
  tf.tidy(() => {
    const q = tf.add(tf.round(tf.div(x, scale)), zeroPoint);
    return tf.cast(tf.logicalAnd(tf.greaterEqual(q, min), tf.lessEqual(q, max)), 'float32');
  });

async function checkGradient(answer: unknown): Promise<Diagnosis | undefined> {
  const x = tf.tensor1d([-3, -2, -0.3, 0, 0.6, 1.4, 1.8, 9]);
  const cases = [0, 2].map((zeroPoint) => {
    const grid = { scale: 0.5, zeroPoint, min: -4, max: 3 };
    const expected = tf.tidy(() => tf.grad((value: tf.Tensor) => tf.sum(fakeQuantize(value, grid)))(x));
    return { args: [x, grid], expected, name: `scale 0.5, zero point ${zeroPoint}, integers -4 to 3` };
  });
  const found = await onCases(answer, cases);
  tf.dispose([x, cases.map(({ expected }) => expected)]);
  if (found?.reason !== 'value') return found;
  return found.got === '0'
    ? {
        ...found,
        reason: 'zero',
        message: `${found.message} The true derivative of a staircase is zero, and nothing would train: pass the gradient through.`,
      }
    : {
        ...found,
        reason: 'clipped',
        message: `${found.message} Where the integer was clipped, moving x changes nothing: the gradient is 0.`,
      };
}

export const Q5 = exercise<StraightThrough>({
  id: 'Q5',
  title: 'Pass gradients straight through',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'A staircase is flat: its derivative is 0 nearly everywhere, and training would stop. The **straight-through** rule pretends otherwise: the gradient is **1** where the integer lies in `min` ... `max`, and **0** where it was clipped. Return it for a tensor, as float32 numbers.',
  hints: [
    'The integers before clamping: `tf.add(tf.round(tf.div(x, scale)), zeroPoint)`.',
    "`tf.logicalAnd(tf.greaterEqual(q, min), tf.lessEqual(q, max))` is true inside; `tf.cast(..., 'float32')` makes numbers of it.",
  ],
  reference: () => straightThrough,
  check: checkGradient,
});

/** Trains a network by one batch and gives the loss before. */
export type TrainingStep = (net: Module, optimizer: tf.Optimizer, x: tf.Tensor, labels: tf.Tensor1D) => number;

const parametersOf = (net: Module): tf.Variable[] => net.namedParameters().map(([, tensor]) => tensor);

const lossOf = (net: Module, x: tf.Tensor, labels: tf.Tensor1D): tf.Scalar =>
  tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), net.forward(x));

const trainingStep: TrainingStep = (net, optimizer, x, labels) =>
  tf.tidy(() => {
    const loss = optimizer.minimize(() => lossOf(net, x, labels), true, parametersOf(net));
    return (loss as tf.Scalar).dataSync()[0];
  });

/** What a training step did to a small network. */
function judgeStep(net: SmallCnn, answer: TrainingStep): Diagnosis | undefined {
  const x = tf.randomUniform([8, 8, 8, 3], -1, 1, 'float32', 1);
  const labels = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7], 'int32');
  const optimizer = tf.train.sgd(0.05);
  const valueOf = (): number => tf.tidy(() => lossOf(net, x, labels).dataSync()[0]);
  const weights = (): number => tf.tidy(() => tf.sum(tf.abs(net.conv1.tensor('weight'))).dataSync()[0]);
  try {
    const [before, weightsBefore] = [valueOf(), weights()];
    const loss: unknown = tf.tidy(() => answer(net, optimizer, x, labels));
    if (loss === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
    if (typeof loss !== 'number')
      return { reason: 'type', message: 'Expected the loss as a number: .dataSync()[0].', got: typeof loss };
    if (weights() === weightsBefore)
      return { reason: 'no step', message: 'No weight has moved: optimizer.minimize(loss, true, parameters).' };
    if (Math.abs(loss - before) > 1e-4 * before)
      return {
        reason: 'loss',
        message: 'That is not the cross-entropy before the step.',
        expected: before.toFixed(4),
        got: loss.toFixed(4),
      };
    return valueOf() < before ? undefined : { reason: 'uphill', message: 'The loss has not become smaller.' };
  } finally {
    tf.dispose([x, labels]);
    optimizer.dispose();
  }
}

export const Q5b = exercise<TrainingStep>({
  id: 'Q5b',
  title: 'Write a training step',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    "One step of training on a batch: the loss is the softmax cross-entropy between the **10** classes' one-hot labels and `net.forward(x)`. Let the optimizer minimise it over the parameters of the network, and return the loss as a number.",
  hints: [
    '`net.namedParameters()` lists pairs of a name and a variable: take the variables.',
    '`tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), net.forward(x))` is the loss.',
    '`optimizer.minimize(() => loss, true, parameters)` makes one step, and returns the loss as a tensor.',
  ],
  reference: () => trainingStep,
  check: (answer) => {
    if (typeof answer !== 'function')
      return { reason: 'type', message: 'Expected a function (net, optimizer, x, labels) => loss.' };
    const net = new SmallCnn({ widths: [4, 4, 4, 4], seed: 3 }).eval();
    try {
      return judgeStep(net, answer as TrainingStep);
    } finally {
      net.dispose();
    }
  },
});

export const Q5c = exercise({
  id: 'Q5c',
  title: 'What will training bring back?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'points',
  prompt:
    'With **4 bits** for weights and activations (**16** integers each), the depthwise network loses accuracy. Then it is **trained a little more, with the rounding inside**. How many points does that bring **back**?',
  range: [-100, 100],
  hints: ['Training can move a weight over to the next step, where the loss asks for it.'],
});
