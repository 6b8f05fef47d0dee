import * as models from 'scalable-inference/models';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'the claim';

/** Parameters of both networks. */
export interface Sizes {
  bert: number;
  distilbert: number;
}

/** Counted without filling a weight. */
const sizes = (): Sizes => ({
  bert: models.create('bert_base').parameterCount(),
  distilbert: models.create('distilbert_base').parameterCount(),
});

function checkSizes(answer: unknown): Diagnosis | undefined {
  const expected = sizes();
  const { bert, distilbert } = (answer ?? {}) as Partial<Sizes>;
  if (bert === expected.distilbert && distilbert === expected.bert)
    return { reason: 'swapped', message: 'BERT is the larger network: the two numbers are swapped.' };
  if (typeof bert === 'number' && Math.abs(bert - expected.bert / 1e6) < 1)
    return { reason: 'unit', message: 'Give the numbers as they are counted, not in millions.', got: String(bert) };
  return compare(answer, expected);
}

export const D1 = exercise<Sizes>({
  id: 'D1',
  title: 'Count BERT and DistilBERT',
  kind: 'code',
  topic: TOPIC,
  points: 1,
  prompt: `Build both networks with \`models.create(name)\`, where the names are \`'bert_base'\` and \`'distilbert_base'\`, and count their parameters with \`parameterCount()\`. Hand over \`{ bert: ..., distilbert: ... }\`.

Counting is cheap: a network fills its weights only when it computes.`,
  hints: [
    "`models.create('bert_base').parameterCount()` is a number.",
    'Build, count, and return both numbers in one object.',
  ],
  reference: sizes,
  check: checkSizes,
});

export const D2 = exercise({
  id: 'D2',
  title: 'Find the mistake in a famous sentence',
  kind: 'choice',
  topic: TOPIC,
  points: 1,
  prompt: `A course on machine learning operations introduces DistilBERT with this sentence:

> DistilBERT "achieves 97% of the performance of Bert while only containing 40% of the weights and being 60% faster".

Hold it against the abstract above and against your two counts. **Which part is wrong?** <!-- published: Sanh et al. 2019; the sentence is quoted from the course -->`,
  choices: {
    performance: 'The performance: it is not 97%, the abstract claims less than that.',
    speed: 'The speed: it is not 60% faster, it takes 60% of the time.',
    weights: 'The weights: it contains 40% fewer, not 40% of them.',
    nothing: 'Nothing: the sentence says the same as the abstract does.',
  },
  reference: 'weights',
  because: {
    performance: 'The abstract gives the same figure for the performance.',
    speed: 'The abstract says "faster" too. What exactly it means by that is the next question.',
    nothing: 'Divide one of your counts by the other.',
  },
  hints: ['What share of BERT’s parameters does DistilBERT have?', '"40% of" and "40% less" are not the same.'],
});

/** A network as it was counted and timed. */
export interface Measured {
  parameters: number;
  ms: number;
}

/** How a small network compares with a large one, in percent. */
export type Claim = (large: Measured, small: Measured) => { fewerWeights: number; faster: number };

const claim: Claim = (large, small) => ({
  fewerWeights: (1 - small.parameters / large.parameters) * 100,
  faster: (large.ms / small.ms - 1) * 100,
});

const CLAIM_CASES: ReadonlyArray<[string, Measured, Measured]> = [
  ['half the weights, half the time', { parameters: 200, ms: 10 }, { parameters: 100, ms: 5 }],
  ['a quarter fewer weights, four fifths of the time', { parameters: 400, ms: 5 }, { parameters: 300, ms: 4 }],
  ['equal networks', { parameters: 7, ms: 3 }, { parameters: 7, ms: 3 }],
];

async function checkClaim(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = CLAIM_CASES.map(([name, ...args]) => ({ name, args, expected: claim(...args) }));
  const found = await onCases(answer, cases, { absolute: 1e-9 });
  if (!found || typeof answer !== 'function') return found;
  const got = (answer as Claim)(...[CLAIM_CASES[1][1], CLAIM_CASES[1][2]]) as Partial<ReturnType<Claim>> | undefined;
  if (Math.abs((got?.fewerWeights ?? NaN) - 75) < 1e-9)
    return {
      reason: 'kept',
      message: 'That is the share that is left. How much is gone?',
      got: String(got?.fewerWeights),
    };
  if (Math.abs((got?.faster ?? NaN) - 20) < 1e-9)
    return {
      reason: 'time saved',
      message: 'That is the time saved. Faster means: how much more is done in the same time?',
      got: String(got?.faster),
    };
  return found;
}

export const D3 = exercise<Claim>({
  id: 'D3',
  title: 'Turn the claim into arithmetic',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 1,
  prompt: `Write the function that checks such a claim. It gets two networks, each as \`{ parameters, ms }\`, and gives two numbers in percent:

- \`fewerWeights\`: how many of the large network's weights the small one does without;
- \`faster\`: how many more texts the small one reads in the same time. The paper timed 668 s for BERT and 410 s for DistilBERT, and calls that 60% faster. <!-- published: Sanh et al. 2019, table 3 -->`,
  hints: [
    'Speed is the inverse of time: the ratio of the speeds is `large.ms / small.ms`.',
    '"60% faster" is a ratio of 1.6, so take one away and multiply by 100.',
  ],
  reference: () => claim,
  check: checkClaim,
});

export const D4 = exercise({
  id: 'D4',
  title: 'Predict how much faster DistilBERT is here',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: '%',
  range: [-90, 500],
  prompt:
    'DistilBERT has half of BERT’s layers, the same width and the same table of words. **By how many percent** will it be faster on your machine, in the sense of D3?',
  hints: ['Looking a word up costs no arithmetic. Almost all the time goes into the layers.'],
});
