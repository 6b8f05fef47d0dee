import { tf } from 'scalable-inference/backend';
import { fakeQuantize } from 'scalable-inference/quantize';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'beyond';

export const B2 = exercise({
  id: 'B2',
  title: 'Predict what training with rounding brings back',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'points',
  distance: 'linear',
  worthless: 20,
  prompt:
    'With **4 bits** for weights and activations (16 integers each), the depthwise network loses accuracy. Then it is **trained a little more, with the rounding inside**. How many points does that bring **back**?',
  range: [-100, 100],
  hints: ['Training can move a weight over to the next step, where the loss asks for it.'],
});

const SETTINGS = { scale: 0.5, zeroPoint: 0, min: -4, max: 3 };
const INPUT = [-3, -2, -0.3, 0, 0.6, 1.5, 1.8, 9];

/** Gradient of the sum of the rounded values. */
export type StraightThrough = (values: number[], scale: number, min: number, max: number) => number[];

const gradient: StraightThrough = (values, scale, min, max) =>
  tf.tidy(() =>
    Array.from(
      tf
        .grad((x: tf.Tensor) => tf.sum(fakeQuantize(x, { scale, zeroPoint: 0, min, max })))(tf.tensor1d(values))
        .dataSync(),
    ),
  );

async function checkGradient(answer: unknown): Promise<Diagnosis | undefined> {
  const { scale, min, max } = SETTINGS;
  const found = await onCases(answer, [
    { args: [INPUT, scale, min, max], expected: gradient(INPUT, scale, min, max), name: 'scale 0.5, integers -4 to 3' },
  ]);
  if (found?.reason !== 'value') return found;
  return found.got === '0' || found.got?.startsWith('0 ')
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

export const B1 = exercise<StraightThrough>({
  id: 'B1',
  title: 'Write the straight-through gradient',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'A staircase is flat: its derivative is 0 nearly everywhere, and training would stop. The **straight-through** rule pretends: the gradient is **1** where the integer q lies in min ... max, and **0** where it was clipped. Return the gradient for each value.',
  hints: ['`q >= min && q <= max ? 1 : 0`'],
  reference: () => gradient,
  check: checkGradient,
});

export const B3 = exercise({
  id: 'B3',
  title: 'Say what helps against outliers',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Transformers are known for **outliers**: a few channels with values a hundred times as large as the others. What helps? Choose **all** that are true; the table above shows two of them.',
  choices: {
    a: 'Clip the range (percentile or histogram observer): a few values are wrong, all others become finer. It helps only where the outliers carry little.',
    b: 'Leave the layers that read such values in float.',
    c: 'Divide the activations of a channel by a factor, and multiply the weights that read it by the same: the product stays, the range shrinks.',
    d: 'Use min-max observers, since they keep every value.',
    e: 'Calibrate with fewer pictures, so that no outlier is seen.',
  },
  reference: ['a', 'b', 'c'],
  mistakes: {
    d: {
      reason: 'minmax',
      message: 'That is the problem: one value sets the scale, and the others share a few integers.',
    },
    e: { reason: 'blind', message: 'The outliers come anyway, unseen, and are clipped by chance.' },
  },
  hints: ['What is the scale if one value is a hundred times the others?'],
});

export const B4 = exercise({
  id: 'B4',
  title: 'Predict how many layers must stay float',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'layers',
  distance: 'linear',
  worthless: 6,
  prompt:
    'The depthwise network with 4-bit weights again. The search leaves as few layers in float as keep the accuracy within **2 points** of the float network. **How many** of its layers with weights will that be?',
  range: [0, 100],
  hints: ['Errors of layers add up, but not all layers count the same.'],
});
