import { compare, exercise, onCases, type Diagnosis } from '../../exercise';

/** What the first exercise is told: labels and names of the classes. */
export interface LabelContext {
  labels: Int32Array;
  classes: readonly string[];
}

function counts({ labels, classes }: LabelContext): number[] {
  const found = classes.map(() => 0);
  for (const label of labels) found[label]++;
  return found;
}

function checkCounts(answer: unknown, context: LabelContext): Diagnosis | undefined {
  const expected = counts(context);
  const difference = compare(answer, expected);
  if (difference && Array.isArray(answer)) {
    const numbers = answer.filter((value): value is number => typeof value === 'number');
    const sum = numbers.reduce((a, b) => a + b, 0);
    if (numbers.length === expected.length && Math.abs(sum - 1) < 1e-6) {
      return { reason: 'share', message: 'These are shares: give the numbers of pictures.', got: String(answer) };
    }
  }
  return difference;
}

export const D1 = exercise<number[], LabelContext>({
  id: 'D1',
  title: 'Count the pictures of each class',
  kind: 'code',
  topic: 'data',
  points: 1,
  prompt:
    'How many training pictures does **each class** have? Give a list of numbers, one for each class, in the order of `train.classes`. (If one class had most of them, accuracy would mislead.)',
  hints: [
    '`train.classes.map(() => 0)` is a list of zeros, one a class.',
    '`for (const label of labels) found[label]++` counts.',
  ],
  reference: counts,
  check: (answer, { context }) => checkCounts(answer, context),
});

export const D2 = exercise({
  id: 'D2',
  title: 'Count the parameters of one attention block',
  kind: 'number',
  topic: 'teacher',
  points: 2,
  unit: 'parameters',
  prompt: `By hand: how many parameters has the **attention of one block** of the teacher? It is 192 wide and has four dense layers of 192 inputs and 192 outputs (query, key, value, and the output), each **with** a bias.`,
  tolerance: { absolute: 0 },
  reference: 4 * (192 * 192 + 192),
  mistakes: [
    { reason: 'bias', message: 'Each of the four layers also has one bias for each output.', value: 4 * 192 * 192 },
    { reason: 'output', message: 'The output layer counts too: four layers, not three.', value: 3 * (192 * 192 + 192) },
    {
      reason: 'heads',
      message: 'The three heads share the width: each takes 64 of the 192 values. They do not multiply the layers.',
      value: 3 * 4 * (192 * 192 + 192),
    },
  ],
  hints: ['A dense layer has inputs · outputs weights and one bias for each output.', '192 · 192 + 192 is one layer.'],
});

export const D3 = exercise({
  id: 'D3',
  title: "Predict the teacher's accuracy",
  kind: 'prediction',
  topic: 'teacher',
  points: 1,
  unit: '%',
  range: [0, 100],
  distance: 'linear',
  worthless: 20,
  prompt:
    'Before you measure: what share of the **test pictures** will the teacher get right, in percent? A guess at random would get 10 %.',
  hints: [
    'It was trained for 448 passes over 50,000 pictures. The best networks reach 99 %, a linear model about 40 %.',
  ],
});

/** Probabilities of logits at a temperature. */
export type SoftmaxAt = (logits: readonly number[], temperature: number) => number[];

const softmaxAt: SoftmaxAt = (logits, temperature) => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

const SOFTMAX_CASES: ReadonlyArray<[string, readonly number[], number]> = [
  ['[1, 2, 3] at temperature 1', [1, 2, 3], 1],
  ['[1, 2, 3] at temperature 4', [1, 2, 3], 4],
  ['[1000, 999, 0] at temperature 1: large logits', [1000, 999, 0], 1],
  ['[-5, 0, 5, 2] at temperature 0.5', [-5, 0, 5, 2], 0.5],
];

async function checkSoftmax(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = SOFTMAX_CASES.map(([name, logits, t]) => ({ name, args: [logits, t], expected: softmaxAt(logits, t) }));
  const found = await onCases(answer, cases, { absolute: 1e-9 });
  if (!found || typeof answer !== 'function') return found;
  const got: unknown = (answer as SoftmaxAt)([1000, 999, 0], 1);
  if (Array.isArray(got) && got.some((value) => Number.isNaN(value))) {
    return {
      reason: 'overflow',
      message: 'exp(1000) is infinite: subtract the largest logit from all of them first.',
      got: String(got),
    };
  }
  return found.message.includes('temperature 1:') || !found.message.includes('temperature')
    ? found
    : {
        ...found,
        reason: 'temperature',
        message: 'A high temperature must make the probabilities more equal: divide the logits by it.',
      };
}

export const D4 = exercise<SoftmaxAt>({
  id: 'D4',
  title: 'Write softmax with a temperature',
  kind: 'code',
  form: 'function',
  topic: 'logits',
  points: 2,
  prompt:
    'Write softmax with a **temperature**: each logit divided by the temperature, then exp, then divided by their sum. It must also work for logits as large as 1000.',
  hints: [
    'Subtract the largest logit from all of them before exp: the result is the same, and no number overflows.',
    '`const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));`',
  ],
  reference: () => softmaxAt,
  check: checkSoftmax,
});
