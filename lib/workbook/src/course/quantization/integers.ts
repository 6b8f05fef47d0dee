import { tf } from 'scalable-inference/backend';
import {
  QuantizedTensor,
  quantizePerTensor,
  roundHalfEven,
  type FakeQuantizeOptions,
} from 'scalable-inference/quantize';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'integers';
const COUNT = 20;
const PARAMETERS = { scale: 0.1, zeroPoint: 10, dtype: 'qint8' } as const;

/** A tensor and its integers. */
export interface Quantized {
  x: tf.Tensor;
  q: QuantizedTensor;
}

function quantized(): Quantized {
  const x = tf.randomNormal([COUNT], 0, 3, 'float32', 4);
  return { x, q: quantizePerTensor(x, PARAMETERS) };
}

function checkNumbers(x: unknown): Diagnosis | undefined {
  if (!(x instanceof tf.Tensor))
    return { reason: 'type', message: 'Expected a tensor under the name x: return { x: x, q: q }.', got: typeof x };
  const values = Array.from(x.dataSync());
  const isRandom = values.some((value) => value < 0) && values.some((value) => value > 0);
  if (values.length !== COUNT || !isRandom || new Set(values).size < COUNT / 2)
    return {
      reason: 'random',
      message: `Expected ${COUNT} random numbers of both signs: tf.randomNormal([${COUNT}], 0, 3).`,
      got: `${values.length} numbers`,
    };
  return undefined;
}

function checkQuantized(answer: unknown): Diagnosis | undefined {
  if (answer === undefined) return undefined;
  const { x, q } = answer as Partial<Quantized>;
  const found = checkNumbers(x);
  if (found) return found;
  if (!(q instanceof QuantizedTensor))
    return { reason: 'type', message: 'Expected what quantize.quantizePerTensor gives under the name q.' };
  for (const [name, reason] of [
    ['dtype', 'type'],
    ['scale', 'scale'],
    ['zeroPoint', 'zero point'],
  ] as const) {
    const [wanted, got] = [PARAMETERS[name], q[name]];
    if (got !== wanted) return { reason, message: `Expected ${name} ${wanted}, got ${got}.`, got: String(got) };
  }
  return compare([...q.data], [...quantizePerTensor(x as tf.Tensor, PARAMETERS).data]);
}

export const Q1 = exercise<Quantized>({
  id: 'Q1',
  title: 'Quantize random numbers',
  kind: 'code',
  topic: TOPIC,
  points: 2,
  prompt: `Make a tensor \`x\` of **${COUNT} random numbers**, drawn from the normal distribution with mean 0 and standard deviation **3**. Quantize it with **scale 0.1**, **zero point 10** and type **qint8** (integers from -128 to 127). Return both as \`{ x: x, q: q }\`.`,
  hints: [
    `\`tf.randomNormal([${COUNT}], 0, 3)\` draws the numbers.`,
    '`quantize.quantizePerTensor(x, { scale, zeroPoint, dtype })` works as `torch.quantize_per_tensor` does.',
    "The type is a text: `dtype: 'qint8'`.",
  ],
  reference: quantized,
  check: checkQuantized,
});

export const Q1b = exercise({
  id: 'Q1b',
  title: 'How far off?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'steps',
  prompt:
    'Quantize many random numbers, none of them beyond the range, and turn the integers back into real numbers. What is the **largest** distance between a number and what comes back, measured in steps (1 step = 1 scale)?',
  range: [0, 1000],
  hints: ['Between which two multiples of the scale does a number lie, and how far away can the nearer one be?'],
});

/** What comes back from integers, and how far it is from the numbers that went in. */
export type ComesBack = (x: tf.Tensor, q: QuantizedTensor) => { back: tf.Tensor; error: tf.Tensor };

const comesBack: ComesBack = (x, q) => {
  const back = q.dequantize();
  return { back, error: tf.sub(back, x) };
};

async function checkComesBack(answer: unknown): Promise<Diagnosis | undefined> {
  const x = tf.tensor1d([-2.9, -0.26, 0, 0.04, 1.234, 20]);
  const q = quantizePerTensor(x, PARAMETERS);
  const found = await onCases(answer, [{ args: [x, q], expected: comesBack(x, q), name: 'six numbers' }], {
    absolute: 1e-5,
  });
  if (found?.reason !== 'value') return found;
  return found.where?.includes('.error')
    ? { ...found, reason: 'sign', message: `${found.message} The error is what came back minus what went in.` }
    : {
        ...found,
        reason: 'integers',
        message: `${found.message} Real numbers come back: q.dequantize(), not the integers themselves.`,
      };
}

export const Q1c = exercise<ComesBack>({
  id: 'Q1c',
  title: 'Turn the integers back',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Call `.dequantize()` on the quantized tensor `q` of a tensor `x`, and find the rounding errors. Return `{ back: ..., error: ... }`: the tensor that comes back, and that tensor **minus** `x`.',
  hints: ['`q.dequantize()` gives a tensor of the shape of `x`.', '`tf.sub(a, b)` subtracts element by element.'],
  reference: () => comesBack,
  check: checkComesBack,
});

/** Rounds to the nearest integer. */
export type Round = (value: number) => number;

const HALVES = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5];

async function checkRound(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = [0.3, 1.7, -2.7, 4, ...HALVES].map((value) => ({ args: [value], expected: roundHalfEven(value) }));
  const found = await onCases(answer, cases);
  const isHalf = HALVES.some((value) => found?.where?.startsWith(`(${value})`));
  return found?.reason === 'value' && isHalf
    ? { ...found, reason: 'halves', message: `${found.message} Halves go to the even neighbour.` }
    : found;
}

export const Q1d = exercise<Round>({
  id: 'Q1d',
  title: 'Round halves to even',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Processors round a number to the nearest integer, and a number **halfway between two integers to the even one**: 0.5 to 0, 1.5 to 2, 2.5 to 2. Write that rounding for one number.',
  hints: [
    '`Math.round` sends every half up: 0.5 becomes 1. It is right for every number but halves.',
    'A number is a half when `Math.abs(value % 1) === 0.5`. Its even neighbour is `2 * Math.round(value / 2)`.',
  ],
  reference: () => roundHalfEven,
  check: checkRound,
});

/** Integers for real numbers. */
export type ToIntegers = (values: number[], grid: FakeQuantizeOptions, round: Round) => number[];

const toIntegers: ToIntegers = (values, { scale, zeroPoint, min, max }, round) =>
  values.map((x) => Math.min(max, Math.max(min, round(x / scale + zeroPoint))));

const NIBBLE = { scale: 0.5, zeroPoint: 3, min: -8, max: 7 };
// Powers of two as scales: the division is exact, so that only the rule decides.
const CASES = [
  { values: [0.3, -0.7, 1, 1.3], grid: NIBBLE, name: 'numbers inside the range' },
  { values: [100, -100], grid: NIBBLE, name: 'numbers beyond the range' },
  { values: [0.3, 5.2], grid: { scale: 0.125, zeroPoint: 0, min: 0, max: 255 }, name: 'scale 0.125 and 8 bits' },
].map(({ values, grid, name }) => ({
  args: [values, grid, roundHalfEven],
  expected: toIntegers(values, grid, roundHalfEven),
  name,
}));

export const Q1e = exercise<ToIntegers>({
  id: 'Q1e',
  title: 'Map numbers to integers',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Write the map from real numbers to integers: divide by the scale, add the zero point, round with `round`, and **clamp** to `min` ... `max`.',
  hints: ['`Math.min(max, Math.max(min, q))` clamps.', 'First `round(x / scale + zeroPoint)`, then clamp.'],
  reference: () => toIntegers,
  check: async (answer) => {
    const found = await onCases(answer, CASES);
    return found?.reason === 'value' && found.where?.startsWith(CASES[1].name)
      ? {
          ...found,
          reason: 'saturation',
          message: `${found.message} A number beyond the range becomes the nearest end of it.`,
        }
      : found;
  },
});

/** Real numbers of integers. */
export type ToReal = (integers: number[], grid: FakeQuantizeOptions) => number[];

const toReal: ToReal = (integers, { scale, zeroPoint }) => integers.map((q) => (q - zeroPoint) * scale);

export const Q1f = exercise<ToReal>({
  id: 'Q1f',
  title: 'Map integers to numbers',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 1,
  prompt: 'And the way back: subtract the zero point from each integer, then multiply by the scale.',
  hints: ['`(q - zeroPoint) * scale` for each `q`.'],
  reference: () => toReal,
  check: (answer) =>
    onCases(answer, [
      { args: [[-8, 0, 3, 7], NIBBLE], expected: toReal([-8, 0, 3, 7], NIBBLE), name: 'scale 0.5 and zero point 3' },
    ]),
});
