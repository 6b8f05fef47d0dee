import { exercise, onCases } from '../../exercise';

const TOPIC = 'rounding errors';

export const Q2 = exercise({
  id: 'Q2',
  title: 'Why should it still work?',
  kind: 'text',
  topic: TOPIC,
  points: 2,
  prompt:
    'Every number in a quantized network is off by up to half a step. Each output of a layer adds up hundreds or thousands of such numbers, and layer follows layer. Naively, the errors should pile up and ruin the result; in practice, quantized networks work. **Can you figure out why?** Write what you think in two or three sentences, before you go on: the rest of this section puts it to the test. (Hint: it has to do with the central limit theorem.)',
  rubric: [
    'Rounding errors point up as often as down: their mean is zero, and in a sum they partly cancel.',
    'The typical error of a sum of independent errors grows like the square root of their number, not like the number; its distribution is close to the normal curve.',
    'Compared with the sum, or with the distance between the classes, the error stays small.',
  ],
  keyTerms: [
    ['cancel', 'cancels', 'up', 'sign', 'signs', 'mean', 'zero'],
    ['root', 'sqrt', 'normal', 'limit', 'gaussian', 'variance'],
    ['small', 'smaller', 'relative', 'compared', 'class', 'classes'],
  ],
  hints: [
    'Flip a coin many times: how far is the number of heads from one half, typically?',
    'What is the mean of one rounding error, and are the errors independent?',
  ],
});

export const Q2b = exercise({
  id: 'Q2b',
  title: 'A thousand errors',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'steps',
  prompt:
    'Add up **1,000** rounded numbers, each off by up to half a step. In the worst case the errors add up to **500** steps. How large is the error of the sum **typically** (its standard deviation, in steps)?',
  range: [0, 1000],
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

export const Q2c = exercise<SumError>({
  id: 'Q2c',
  title: 'Write the experiment',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Round **each** number to the nearest multiple of `step`, and return the error of their sum, **with its sign**: the sum of the rounded numbers minus the sum of the numbers.',
  hints: [
    '`Math.round(value / step) * step` is the nearest multiple.',
    'Add up rounded minus exact, without `Math.abs`: errors of opposite sign must be able to cancel.',
  ],
  reference: () => roundedSum,
  check: (answer) => onCases(answer, CASES, { absolute: 1e-9 }),
});

/** Typical size of errors. */
export type Deviation = (errors: number[]) => number;

const deviation: Deviation = (errors) =>
  Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);

export const Q2d = exercise<Deviation>({
  id: 'Q2d',
  title: 'Measure the typical size',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 1,
  prompt:
    'The typical size of errors whose mean is zero is their **standard deviation**: the square root of the mean of their squares. Write it for a list of errors.',
  hints: [
    '`errors.reduce((sum, error) => sum + error ** 2, 0)` adds up the squares.',
    'Divide first, then take the root.',
  ],
  reference: () => deviation,
  check: (answer) =>
    onCases(
      answer,
      [
        [3, -3, 3, -3],
        [1, -2, 4],
      ].map((errors) => ({ args: [errors], expected: deviation(errors), name: `the errors ${errors.join(', ')}` })),
      { relative: 1e-9 },
    ),
});

export const Q2e = exercise({
  id: 'Q2e',
  title: 'Predict it by the formula',
  kind: 'number',
  topic: TOPIC,
  points: 2,
  prompt: 'What is the **standard deviation** of the error of a sum of $k = 300$ rounded numbers with step $s = 0.02$?',
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
  hints: ['Put k and s into the formula above, and take the square root.', '`Math.sqrt((300 * 0.02 ** 2) / 12)`'],
});

export const Q2h = exercise({
  id: 'Q2h',
  title: 'When the errors do not cancel',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'So the error of a sum grows like $\\sqrt{k}$, while the sum itself grows like $k$ where its terms do not cancel. When does this comfort **fail**? Choose **all** that are true; the last chart shows two of them.',
  choices: {
    repeated: 'When one and the same error is repeated in all terms: they are not independent.',
    many: 'When there are very many terms: the central limit theorem is for sums of few, and large sums leave the normal curve.',
    truncated: 'When numbers are cut off instead of rounded: every error points the same way.',
    outlier: 'When one outlier widens the range: the step grows for every number, and the error with it.',
    negative: 'When weights are negative: only positive numbers can be rounded to the nearest integer.',
  },
  reference: ['repeated', 'truncated', 'outlier'],
  because: {
    many: 'The more independent terms, the better the normal curve fits; and compared with the sum the error shrinks.',
    negative: 'Negative numbers round as positive ones do, and halves go to even on both sides.',
  },
  hints: ['Which assumptions did the formula need? Mean zero, independence, a known step.'],
});
