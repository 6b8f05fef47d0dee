import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'logits';

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

export const D10 = exercise<SoftmaxAt>({
  id: 'D10',
  title: 'Write softmax with a temperature',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Write the softmax of the formula above: it gets a list of logits and a temperature, and gives a list of probabilities. It must also work for logits as large as 1000.',
  hints: [
    'Subtract the largest logit from all of them before exp: the result is the same, and no number overflows.',
    '`const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));`',
  ],
  reference: () => softmaxAt,
  check: checkSoftmax,
});

/** Entropy of a distribution in bits. */
export type Entropy = (probabilities: readonly number[]) => number;

const entropy: Entropy = (probabilities) => {
  let bits = 0;
  for (const p of probabilities) if (p > 0) bits -= p * Math.log2(p);
  return bits;
};

const ENTROPY_CASES: readonly (readonly number[])[] = [
  [0.5, 0.5],
  [0.7, 0.2, 0.1],
  [0.25, 0.25, 0.25, 0.25],
  [1, 0, 0],
];

async function checkEntropy(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = ENTROPY_CASES.map((list) => ({ name: `[${list.join(', ')}]`, args: [list], expected: entropy(list) }));
  const found = await onCases(answer, cases, { absolute: 1e-9 });
  if (!found || typeof answer !== 'function') return found;
  const [half, sure] = [ENTROPY_CASES[0], ENTROPY_CASES[3]].map((list) => Number((answer as Entropy)(list)));
  if (Math.abs(half - Math.LN2) < 1e-9)
    return {
      reason: 'nats',
      message: 'That is in nats: take the logarithm to base 2, `Math.log2`.',
      got: String(half),
    };
  if (Math.abs(half + 1) < 1e-9)
    return {
      reason: 'sign',
      message: 'An entropy is never negative: mind the minus before the sum.',
      got: String(half),
    };
  if (Number.isNaN(sure))
    return {
      reason: 'zero',
      message: '0 times the logarithm of 0 is NaN here: leave probabilities of 0 out.',
      got: 'NaN',
    };
  return found;
}

export const D11 = exercise<Entropy>({
  id: 'D11',
  title: 'Measure how sure the teacher is',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 1,
  prompt: `How much a distribution leaves open is its **entropy**, here in bits:

$$H(p) = -\\sum_i p_i \\log_2 p_i$$

It is zero for a teacher that is certain, and largest for one that has no idea. Write it for a list of probabilities; a class of probability zero adds nothing.`,
  hints: ['`Math.log2(0)` is -Infinity: skip such classes.', '`if (p > 0) bits -= p * Math.log2(p);`'],
  reference: () => entropy,
  check: checkEntropy,
});
