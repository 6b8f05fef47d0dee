import { tf } from 'scalable-inference/backend';
import { exercise, type Diagnosis } from '../../exercise';

const TOPIC = 'beyond';

/** Moves part of the channels' sizes from activations [rows, inputs] into weights [inputs, outputs]. */
export type Smooth = (x: tf.Tensor2D, weights: tf.Tensor2D) => { x: tf.Tensor2D; weights: tf.Tensor2D };

const smooth: Smooth = (x, weights) => {
  const factors = tf.sqrt(tf.div(tf.max(tf.abs(x), 0), tf.max(tf.abs(weights), 1)));
  return { x: tf.div(x, factors), weights: tf.mul(weights, tf.reshape(factors, [-1, 1])) };
};

const largest = (values: unknown, axis: number): number[] =>
  tf.tidy(() => Array.from(tf.max(tf.abs(values as tf.Tensor), axis).dataSync()));

const differs = (a: number[], b: number[]): boolean =>
  a.length !== b.length || a.some((value, i) => Math.abs(value - b[i]) > 1e-3 * Math.abs(b[i]));

function judgeSmooth(got: unknown, x: tf.Tensor2D, weights: tf.Tensor2D): Diagnosis | undefined {
  if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  const parts = got as Partial<{ x: tf.Tensor2D; weights: tf.Tensor2D }>;
  if (!(parts.x instanceof tf.Tensor) || !(parts.weights instanceof tf.Tensor))
    return { reason: 'type', message: 'Expected two tensors: return { x: ..., weights: ... }.' };
  const [wanted, found] = [tf.matMul(x, weights), tf.matMul(parts.x, parts.weights)].map((y) => y.dataSync());
  const wrong = found.findIndex((value, i) => Math.abs(value - wanted[i]) > 1e-3 * (1 + Math.abs(wanted[i])));
  if (wrong >= 0)
    return {
      reason: 'product',
      message: 'The product of the two must stay what it was: divide x and multiply the weights by the same factors.',
      expected: wanted[wrong].toFixed(3),
      got: found[wrong].toFixed(3),
    };
  const expected = smooth(x, weights);
  return differs(largest(parts.x, 0), largest(expected.x, 0))
    ? {
        reason: 'factors',
        message: 'The product is right, the factors are not: the square root of the largest |x| over the largest |w|.',
        expected: largest(expected.x, 0)
          .map((value) => value.toFixed(2))
          .join(', '),
        got: largest(parts.x, 0)
          .map((value) => value.toFixed(2))
          .join(', '),
      }
    : undefined;
}

export const Q5d = exercise<Smooth>({
  id: 'Q5d',
  title: 'Move outliers into the weights',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `A product stays the same when the activations of a channel are divided by a factor, and the weights that read the channel are multiplied by it. [SmoothQuant](https://arxiv.org/abs/2211.10438) chooses for channel $i$ the factor

$$f_i = \\sqrt{\\max |x_i| \\,/\\, \\max |w_i|}$$

so that both end up equally large. \`x\` is [rows, inputs], \`weights\` is [inputs, outputs]. Return \`{ x: ..., weights: ... }\`, both changed.`,
  hints: [
    '`tf.max(tf.abs(x), 0)` is the largest of each column of x, `tf.max(tf.abs(weights), 1)` the largest of each row of the weights.',
    'Each row of the weights has a factor of its own: `tf.reshape(factors, [-1, 1])` makes a column of them.',
  ],
  reference: () => smooth,
  check: (answer) => {
    if (typeof answer !== 'function')
      return { reason: 'type', message: 'Expected a function (x, weights) => { x, weights }.' };
    let found: Diagnosis | undefined;
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, -80, 0.5],
        [-2, 40, 0.25],
      ]);
      const weights = tf.tensor2d([
        [0.5, -0.2],
        [0.1, 0.2],
        [2, 1],
      ]);
      found = judgeSmooth((answer as Smooth)(x, weights), x, weights);
    });
    return found;
  },
});

export const Q5e = exercise({
  id: 'Q5e',
  title: 'What helps against outliers?',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Large transformers are known for **outliers**: a few channels with values far larger than all others. What can help? Choose **all**; the table above shows two of them.',
  choices: {
    'min-max': 'Use min-max observers, since they keep every value, and so the largest ones too.',
    skip: 'Leave the layers that read such values in float.',
    fewer: 'Calibrate with fewer pictures, so that outliers are seldom seen and the range stays narrow.',
    clip: 'Clip the range, where outliers carry little: few values become wrong, all others finer.',
    divide: 'Divide the activations of a channel by a factor, and multiply the weights that read it.',
  },
  reference: ['skip', 'clip', 'divide'],
  because: {
    'min-max': 'That is the problem: one value sets the scale, and the others share a few integers.',
    fewer: 'The outliers come anyway, unseen, and are clipped by chance.',
  },
  hints: ['What is the scale if one value is a hundred times the others?'],
});

export const Q5f = exercise({
  id: 'Q5f',
  title: 'How many layers in float?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'layers',
  prompt:
    'The depthwise network with **4-bit** weights again. The search leaves as few layers in float as keep the accuracy within **2 points** of the float network. **How many** of its layers with weights will that be?',
  range: [0, 100],
  hints: ['Errors of layers add up, but not all layers count the same.'],
});
