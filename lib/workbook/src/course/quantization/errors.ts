import { exercise, onCases } from '../../exercise';

const TOPIC = 'rounding errors';

export const Q2 = exercise({
  id: 'Q2',
  title: 'Predict the error of a sum',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'steps',
  prompt:
    'An output of a layer is a sum of many products, and each carries a rounding error of up to half a step. Take **1,000** of them: in the worst case they add up to 500 steps. How large is the error of the sum **typically** (its standard deviation, in steps)?',
  range: [0, 1000],
  worthless: 20,
  hints: ['Errors point up as often as down. Do they cancel completely?'],
});

/** How far the sum of rounded numbers is from the sum of the numbers. */
export type SumError = (values: number[], step: number) => number;

const roundedSum: SumError = (values, step) =>
  values.reduce((error, value) => error + Math.round(value / step) * step - value, 0);

const CASES = [
  { values: [0.3, 0.4, 1.2], step: 1, name: 'three numbers and step 1' },
  { values: [0.3, 0.3, 0.3, 0.3], step: 0.5, name: 'four times 0.3 and step 0.5' },
  { values: [0.7, -0.7, 2.1], step: 0.5, name: 'numbers of both signs' },
].map(({ values, step, name }) => ({ args: [values, step], expected: roundedSum(values, step), name }));

export const Q2b = exercise<SumError>({
  id: 'Q2b',
  title: 'Write the experiment on rounding errors',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Write the experiment: round **each** number to the nearest multiple of `step`, and return the error of their sum, **with its sign**: the sum of the rounded numbers minus the sum of the numbers.',
  hints: [
    '`Math.round(value / step) * step` is the nearest multiple.',
    'Add up rounded minus exact, without `Math.abs`: errors of opposite sign shall cancel.',
  ],
  reference: () => roundedSum,
  check: (answer) => onCases(answer, CASES, { absolute: 1e-9 }),
});

export const Q2c = exercise({
  id: 'Q2c',
  title: 'Calculate the error of a sum',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  prompt: `One rounding error is spread evenly over a step of width s, so its variance is s²/12. Variances of independent errors add up: k errors have the variance **k · s² / 12**.

What is the **standard deviation** of the sum for k = 300 and s = 0.02?`,
  tolerance: { relative: 0.01 },
  reference: 0.1,
  mistakes: [
    {
      reason: 'worst case',
      message: 'That is the worst case, all errors half a step in one direction: k · s / 2.',
      value: 3,
    },
    { reason: 'variance', message: 'That is the variance; the standard deviation is its square root.', value: 0.01 },
    {
      reason: 'twelve',
      message: 'That forgets the 12: an even spread over a step varies less than the step itself.',
      value: 0.02 * Math.sqrt(300),
    },
  ],
  hints: ['300 / 12 = 25, and its square root is 5.', '`Math.sqrt(300 * 0.02 ** 2 / 12)`'],
});

export const Q2d = exercise({
  id: 'Q2d',
  title: 'Say when the errors do not cancel',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'So the error grows like √k, while a sum of k terms that do not cancel grows like k. When does this comfort **fail**? Choose **all** that are true; the last chart shows two of them.',
  choices: {
    a: 'When numbers are cut off instead of rounded: every error points the same way, and their mean adds up k times.',
    b: 'When one outlier widens the range: s grows for everybody, and the error with it.',
    c: 'When the k errors are one and the same error repeated: they are not independent.',
    d: 'When k is large: the central limit theorem needs few terms.',
    e: 'When weights are negative: only positive numbers can be rounded.',
  },
  reference: ['a', 'b', 'c'],
  mistakes: {
    d: {
      reason: 'many',
      message:
        'The more independent terms, the better the normal curve fits; and relative to the sum the error shrinks.',
    },
    e: { reason: 'sign', message: 'Negative numbers round like positive ones, and halves go to even on both sides.' },
  },
  hints: ['Which assumptions did k · s²/12 need? Mean zero, independence, a known s.'],
});
