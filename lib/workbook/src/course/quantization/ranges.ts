import { tf } from 'scalable-inference/backend';
import { fakeQuantize, MinMaxObserver, type RoundingGrid } from 'scalable-inference/quantize';
import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'integers';

export const Q1g = exercise({
  id: 'Q1g',
  title: 'Read the staircase',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Change `scale` and `zeroPoint` in the cell above, run it again, and watch the staircase. Which statements are true? Choose **all**.',
  choices: {
    smaller: 'A smaller scale makes every number more exact, at any distance from zero.',
    twice: 'Twice the scale doubles the steps, in width and height, and the range.',
    finer: 'The zero point makes the steps finer around zero, and coarser far away from it.',
    zero: 'The zero point is the integer for the real number 0, which is thus exact.',
  },
  reference: ['twice', 'zero'],
  because: {
    smaller: 'A smaller scale also narrows the range: numbers beyond it are clipped, and their error has no bound.',
    finer: 'All steps have the same width: the staircase is uniform.',
  },
  hints: ['How many steps are there, and how wide is the range?', 'Put q = zeroPoint into the way back.'],
});

/** Scale and zero point of the integers 0 to 255 that cover the numbers of a tensor. */
export type Observe = (x: tf.Tensor) => { scale: number; zeroPoint: number };

const observe: Observe = (x) => {
  const observer = new MinMaxObserver();
  observer.observe(x);
  return observer.quantizationParameters();
};

const RANGES = [
  { numbers: [-1, 0.5, 3], name: 'numbers from -1 to 3' },
  { numbers: [2, -6, 1], name: 'numbers from -6 to 2' },
  { numbers: [2, 3, 5], name: 'numbers from 2 to 5' },
  { numbers: [-4, -1], name: 'numbers from -4 to -1' },
];

async function checkObserve(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = RANGES.map(({ numbers, name }) => {
    const x = tf.tensor1d(numbers);
    return { args: [x], expected: observe(x), name };
  });
  const found = await onCases(answer, cases, { relative: 1e-5 });
  tf.dispose(cases.map(({ args }) => args));
  if (found?.reason !== 'value') return found;
  if (RANGES.slice(2).some(({ name }) => found.where?.startsWith(name)))
    return {
      ...found,
      reason: 'zero',
      message: `${found.message} Zero must lie in the range: paddings and ReLU give exact zeros.`,
    };
  return found.where?.endsWith('.scale')
    ? { ...found, reason: 'steps', message: `${found.message} Between 256 integers there are 255 steps.` }
    : found;
}

export const Q1h = exercise<Observe>({
  id: 'Q1h',
  title: 'Choose scale and zero point',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Who chooses scale and zero point? An **observer**, from the numbers it sees. Write the simplest one: find the smallest and the largest number of a tensor, and return `{ scale, zeroPoint }` for the integers **0 to 255**, so that the range is just covered. The range must contain 0 (widen it if it does not), and the zero point is a whole number.',
  hints: [
    '`tf.min(x).dataSync()[0]` is the smallest number. Widen at once: `Math.min(0, ...)`.',
    'The range is 255 steps wide.',
    '0 lies so many steps above the lower end: `Math.round(-low / scale)`.',
  ],
  reference: () => observe,
  check: checkObserve,
});

/** Rounds the numbers of a tensor to those that integers can hold. */
export type FakeQuantizer = (x: tf.Tensor, grid: RoundingGrid) => tf.Tensor;

const reference: FakeQuantizer = (x, { scale, zeroPoint, min, max }) =>
  tf.mul(tf.sub(tf.clipByValue(tf.add(tf.round(tf.div(x, scale)), zeroPoint), min, max), zeroPoint), scale);

async function checkFakeQuantizer(answer: unknown): Promise<Diagnosis | undefined> {
  const x = tf.tensor2d([
    [-0.7, 0.3],
    [1.3, 100],
  ]);
  const [one, perColumn] = [{ scale: 0.25, zeroPoint: 5, min: 0, max: 15 }, tf.tensor1d([0.5, 0.25])];
  const cases = [
    { args: [x, one], expected: fakeQuantize(x, one), name: 'one scale' },
    {
      args: [x, { ...one, scale: perColumn }],
      expected: reference(x, { ...one, scale: perColumn }),
      name: 'a scale for each column',
    },
  ];
  const found = await onCases(answer, cases, { absolute: 1e-6 });
  tf.dispose([x, perColumn, cases.map(({ expected }) => expected)]);
  if (found?.reason !== 'value') return found;
  return found.where?.endsWith('[1, 1]')
    ? { ...found, reason: 'saturation', message: `${found.message} Clamp the integers before they come back.` }
    : found;
}

export const Q1i = exercise<FakeQuantizer>({
  id: 'Q1i',
  title: 'Write the fake quantizer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Networks are studied with both maps in one: the numbers go to integers and come back at once, as a tensor. Write it for whole tensors, with operations of `tf`: divide by the scale, `tf.round`, add the zero point, clamp, and go back. Scale and zero point may be numbers or tensors.',
  hints: [
    '`tf.add(tf.round(tf.div(x, scale)), zeroPoint)` gives the integers; `tf.round` sends halves to even.',
    '`tf.clipByValue(q, min, max)` clamps.',
    'Back again: `tf.mul(tf.sub(clamped, zeroPoint), scale)`.',
  ],
  reference: () => reference,
  check: checkFakeQuantizer,
});
