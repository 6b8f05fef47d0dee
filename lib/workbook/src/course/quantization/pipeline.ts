import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'network';

export const Q3 = exercise({
  id: 'Q3',
  title: 'Where 8 bits are too few',
  kind: 'choice',
  topic: TOPIC,
  points: 1,
  prompt:
    'At one place of the pipeline integers of 8 bits would not do, and 32 bits are used. Where, and why? Choose **one**. <!-- given: the sizes of the integers -->',
  choices: {
    weights:
      'Where weights are stored: they are used for every picture, so they need more precision than activations do.',
    handover:
      'Where a layer hands its result to the next one: rounding it to 8 bits there would add up from layer to layer.',
    sum: 'Where products are added up: one product of two 8-bit integers needs up to 16 bits, and a sum of many needs more.',
    input: 'Where the picture comes in: its numbers are floats, and a float has more than 8 bits.',
  },
  reference: 'sum',
  because: {
    weights: 'Weights are stored in 8 bits: that is what makes the file small.',
    handover: 'Between layers there are integers of 8 bits: that is what saves bandwidth.',
    input: 'The picture is quantized to 8 bits before the first product.',
  },
  hints: ['What is 127 times 127, and how large is a sum of a hundred such products?'],
});

/** The sum of a dense layer's products, in integers. */
export type MultiplyAdd = (x: number[], zeroPoint: number, weights: number[], bias: number) => number;

const multiplyAdd: MultiplyAdd = (x, zeroPoint, weights, bias) =>
  x.reduce((sum, q, i) => sum + (q - zeroPoint) * weights[i], bias);

export const Q3b = exercise<MultiplyAdd>({
  id: 'Q3b',
  title: 'Multiply and add integers',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'One output of a dense layer in integers: start from the integer `bias`, and add for each input the product of **(x minus its zero point)** and the weight. The weights have zero point 0. Return the sum.',
  hints: [
    'The zero point stands for the real number 0, so it must be subtracted before the product.',
    '`for (let i = 0; i < x.length; i++) sum += (x[i] - zeroPoint) * weights[i];`',
  ],
  reference: () => multiplyAdd,
  check: async (answer): Promise<Diagnosis | undefined> => {
    const found = await onCases(
      answer,
      [
        [[12, 3, 200], 0, [5, -7, 127], 0],
        [[12, 3, 200], 0, [5, -7, 127], 90],
        [[12, 3, 200], 100, [5, -7, 127], 90],
      ].map(([x, zeroPoint, weights, bias]) => ({
        args: [x, zeroPoint, weights, bias],
        expected: multiplyAdd(x as number[], zeroPoint as number, weights as number[], bias as number),
        name: `zero point ${String(zeroPoint)} and bias ${String(bias)}`,
      })),
    );
    if (found?.reason !== 'value') return found;
    return found.where?.startsWith('zero point 0')
      ? { ...found, reason: 'bias' }
      : { ...found, reason: 'zero point', message: `${found.message} Subtract the zero point from x first.` };
  },
});

/** The scales of a layer: of its input, its weights and its output. */
export interface LayerScales {
  input: number;
  weight: number;
  output: number;
}

/** An 8-bit output for a 32-bit sum. */
export type Requantize = (sum: number, scales: LayerScales, zeroPoint: number) => number;

const requantize: Requantize = (sum, { input, weight, output }, zeroPoint) =>
  Math.min(255, Math.max(0, Math.round((sum * input * weight) / output) + zeroPoint));

const SCALES = { input: 0.02, weight: 0.005, output: 0.1 };

export const Q3c = exercise<Requantize>({
  id: 'Q3c',
  title: 'Requantize the sum',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    'The sum counts in steps of $s_x \\cdot s_w$; the next layer wants an integer from **0 to 255** that counts in steps of $s_y$, with zero point $z_y$. Write the requantization by the formula above: multiply by $M$, round, add the zero point, clamp.',
  hints: [
    '`const multiplier = (scales.input * scales.weight) / scales.output;`',
    'Round before you add the zero point, clamp at the end: `Math.min(255, Math.max(0, q))`.',
  ],
  reference: () => requantize,
  check: async (answer): Promise<Diagnosis | undefined> => {
    const found = await onCases(
      answer,
      [
        [2345, 0],
        [-2345, 40],
        [9e5, 40],
        [-9e5, 40],
      ].map(([sum, zeroPoint]) => ({
        args: [sum, SCALES, zeroPoint],
        expected: requantize(sum, SCALES, zeroPoint),
        name: `sum ${sum} and zero point ${zeroPoint}`,
      })),
    );
    return found?.reason === 'value' && /900000/.test(found.where ?? '')
      ? { ...found, reason: 'saturation', message: `${found.message} What does not fit becomes 0 or 255.` }
      : found;
  },
});
