import { tf } from 'scalable-inference/backend';
import { MinMaxObserver, QuantizedTensor, quantizePerTensor, roundHalfEven } from 'scalable-inference/quantize';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'integers';
const SAMPLE = [-2.9, -0.26, -0.05, 0, 0.04, 0.15, 1.234, 20];

function quantized(): QuantizedTensor {
  const x = tf.tensor1d(SAMPLE);
  const result = quantizePerTensor(x, { scale: 0.1, zeroPoint: 10, dtype: 'qint8' });
  x.dispose();
  return result;
}

function checkQuantized(answer: unknown): Diagnosis | undefined {
  if (!(answer instanceof QuantizedTensor)) return compare(answer, quantized());
  if (answer.dtype !== 'qint8')
    return { reason: 'type', message: `Expected integers of type qint8, got ${answer.dtype}.`, got: answer.dtype };
  if (answer.scale !== 0.1)
    return { reason: 'scale', message: `Expected scale 0.1, got ${answer.scale}.`, got: String(answer.scale) };
  if (answer.zeroPoint !== 10)
    return {
      reason: 'zero point',
      message: `Expected zero point 10, got ${answer.zeroPoint}.`,
      got: String(answer.zeroPoint),
    };
  return compare([...answer.data], [...quantized().data]);
}

export const Q1 = exercise<QuantizedTensor>({
  id: 'Q1',
  title: 'Quantize a tensor',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt: `Quantize the tensor \`[${SAMPLE.join(', ')}]\` with **scale 0.1**, **zero point 10** and type **qint8** (whole numbers from -128 to 127).`,
  hints: [
    '`quantize.quantizePerTensor(x, { scale, zeroPoint, dtype })` does it, as `torch.quantize_per_tensor`.',
    "The type is a text: `dtype: 'qint8'`.",
  ],
  reference: quantized,
  check: checkQuantized,
});

/** Integers from -128 to 127 for real numbers. */
export type ToIntegers = (values: number[], scale: number, zeroPoint: number) => number[];

const toIntegers: ToIntegers = (values, scale, zeroPoint) =>
  values.map((x) => Math.min(127, Math.max(-128, roundHalfEven(x / scale + zeroPoint))));

// Powers of two as scales: the division is exact, so that only the rule decides.
const CASES = [
  { values: [0.3, -0.7, 1, 5.2], scale: 0.125, zeroPoint: 3, name: 'numbers inside the range' },
  { values: [0.25, 0.75, 1.25, -0.25, -0.75], scale: 0.5, zeroPoint: 0, name: 'numbers halfway between two integers' },
  { values: [100, -100], scale: 0.5, zeroPoint: 20, name: 'numbers too large for 8 bits' },
].map(({ values, scale, zeroPoint, name }) => ({
  args: [values, scale, zeroPoint],
  expected: toIntegers(values, scale, zeroPoint),
  name,
}));

async function checkToIntegers(answer: unknown): Promise<Diagnosis | undefined> {
  const found = await onCases(answer, CASES);
  if (found?.reason !== 'value') return found;
  if (found.where?.startsWith(CASES[1].name)) {
    return {
      ...found,
      reason: 'halves',
      message: `${found.message} Halves go to the even neighbour: 0.5 to 0, 1.5 to 2, 2.5 to 2.`,
    };
  }
  return found.where?.startsWith(CASES[2].name)
    ? {
        ...found,
        reason: 'saturation',
        message: `${found.message} What does not fit becomes the nearest end, -128 or 127.`,
      }
    : found;
}

export const Q1b = exercise<ToIntegers>({
  id: 'Q1b',
  title: 'Write the quantizer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Now write it yourself: q = x / scale + zeroPoint, **rounded**, and **clamped** to -128 ... 127. A number halfway between two integers goes to the **even** one (0.5 to 0, 1.5 to 2, 2.5 to 2), as processors round. Return the list of integers.',
  hints: [
    '`Math.round` sends every half up: 0.5 becomes 1. That is right for every number but halves.',
    'A number is a half when `Math.abs(q % 1) === 0.5`. Then the even neighbour is `2 * Math.round(q / 2)`.',
    '`Math.min(127, Math.max(-128, rounded))` clamps.',
  ],
  reference: () => toIntegers,
  check: checkToIntegers,
});

export const Q1c = exercise({
  id: 'Q1c',
  title: 'Predict the largest rounding error',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'steps',
  prompt:
    "Quantize many random numbers, none beyond the range, and **dequantize** them: x' = (q - zeroPoint) · scale. What is the **largest** distance between x and x', measured in steps (1 step = 1 scale)?",
  range: [0, 1000],
  hints: ['Between which two integers does a number lie, and how far can the nearer one be?'],
});

export const Q1d = exercise({
  id: 'Q1d',
  title: 'Read the staircase',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Change `scale` and `zeroPoint` in the cell above, run it again, and watch the staircase. Which statements are true? Choose **all**.',
  choices: {
    a: 'Twice the scale: steps twice as wide and twice as high, and a range twice as wide.',
    b: 'The zero point is the integer that stands for the real number 0, so 0 is represented exactly.',
    c: 'Another zero point moves the range of real numbers, but leaves the width of a step.',
    d: 'A smaller scale makes every number more exact.',
    e: 'The zero point makes steps finer around zero.',
  },
  reference: ['a', 'b', 'c'],
  mistakes: {
    d: {
      reason: 'range',
      message: 'A smaller scale also narrows the range: numbers beyond it are clipped, and their error has no bound.',
    },
    e: { reason: 'uniform', message: 'All steps have the same width: the staircase is uniform.' },
  },
  hints: ['256 steps of one scale each: how wide is the range?', 'Put q = zeroPoint into x = (q - zeroPoint) · scale.'],
});

/** Scale and zero point for quint8 integers, 0 to 255, that cover a range. */
export type Parameters = (low: number, high: number) => { scale: number; zeroPoint: number };

const parameters: Parameters = (low, high) => {
  const [observer, ends] = [new MinMaxObserver(), tf.tensor1d([low, high])];
  observer.observe(ends);
  ends.dispose();
  return observer.quantizationParameters();
};

const RANGES = [
  [-1, 3],
  [-6, 2],
  [2, 5],
  [-4, -1],
];

async function checkParameters(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = RANGES.map(([low, high]) => ({
    args: [low, high],
    expected: parameters(low, high),
    name: `numbers from ${low} to ${high}`,
  }));
  const found = await onCases(answer, cases, { relative: 1e-5 });
  if (found?.reason !== 'value') return found;
  if (cases.slice(2).some(({ name }) => found.where?.startsWith(name)))
    return {
      ...found,
      reason: 'zero',
      message: `${found.message} Zero must lie in the range: paddings and ReLU give exact zeros.`,
    };
  return found.where?.endsWith('.scale')
    ? { ...found, reason: 'steps', message: `${found.message} Between 256 integers there are 255 steps.` }
    : found;
}

export const Q1e = exercise<Parameters>({
  id: 'Q1e',
  title: 'Write an observer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'Who chooses scale and zero point? An **observer**, from the numbers it sees. Write the simplest: given the smallest and the largest number, return `{ scale, zeroPoint }` for the integers **0 to 255**, so that the range is just covered. The range must contain 0 (widen it if it does not), and the zero point is a whole number.',
  hints: [
    'The range is 255 steps wide.',
    '0 is so many steps above the lower end: `Math.round(-from / scale)`.',
    'Widen first: `from = Math.min(low, 0)`, `to = Math.max(high, 0)`.',
  ],
  reference: () => parameters,
  check: checkParameters,
});
