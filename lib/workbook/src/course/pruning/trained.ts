import { tf } from 'scalable-inference/backend';
import type { LeNet } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import * as prune from 'scalable-inference/prune';
import { close, exercise, thrown, type Diagnosis } from '../../exercise';
import {
  countDiagnosis,
  layer,
  layerNames,
  lenet,
  onNetwork,
  pruned,
  sizes,
  smallestWent,
  sum,
  weightCount,
} from './support';

export const TOPIC = 'trained networks';

/** What P31 asks for: the share of pictures whose largest score is that of their label. */
export type Accuracy = (logits: tf.Tensor2D, labels: ArrayLike<number>) => number;

const accuracy: Accuracy = (logits, labels) => {
  const guessed = tf.tidy(() => tf.argMax(logits, 1).dataSync());
  return sum(Array.from(labels, (label, i) => (label === guessed[i] ? 1 : 0))) / labels.length;
};

async function checkAccuracy(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function.', got: typeof answer };
  const logits = tf.tensor2d([0.1, 2, -1, 3, 0, 1, -3, -2, -1, 0.5, 0.7, 0.6], [4, 3]);
  const labels = Int32Array.from([1, 0, 2, 0]);
  const before = tf.memory().numTensors;
  try {
    const got: unknown = await (answer as Accuracy)(logits, labels);
    const facts = { expected: '0.75', got: String(got) };
    if (typeof got !== 'number') return { reason: 'type', message: 'Expected a number.', ...facts };
    if (got === 3)
      return { reason: 'count', message: 'That is the number of right answers, not their share.', ...facts };
    if (got === 0.25) return { reason: 'wrong ones', message: 'That is the share of wrong answers.', ...facts };
    if (!close(got, 0.75, { absolute: 1e-6 })) return { reason: 'value', message: 'That is another share.', ...facts };
    const left = tf.memory().numTensors - before;
    if (left <= 0) return undefined;
    return {
      reason: 'memory',
      message: `${left} tensors were left in memory: use tf.tidy(() => ...).`,
      got: `${left}`,
    };
  } catch (error) {
    return thrown(error, 'four pictures');
  } finally {
    logits.dispose();
  }
}

export const P31 = exercise<Accuracy>({
  id: 'P31',
  title: 'Write the accuracy',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'From now on it matters how good a network is. Write a function of the scores of a batch (`logits`, a tensor [batch, classes]) and its labels that returns the **accuracy**: the share of pictures (0 to 1) whose largest score is that of their label.',
  hints: [
    '`tf.tidy(() => tf.argMax(logits, 1).dataSync())` gives the class with the largest score for each picture, and frees the tensor.',
    'Count where it equals the label, and divide by `labels.length`.',
  ],
  reference: () => accuracy,
  check: checkAccuracy,
});

export const P32 = exercise({
  id: 'P32',
  title: 'Predict: four of five weights gone',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: '%',
  prompt:
    'The trained network loses **four of five weights**, the smallest, over all layers together, and is not trained again. What accuracy (in %) is left on the test digits?',
  range: [0, 100],
  hints: ['A network that guesses one of ten digits is right once in ten. The accuracy before is printed above.'],
});

/** Ways to choose the weights that go. */
export type Choice = 'random' | 'layer' | 'global';

/** What P33 asks for. */
export type PruneTo = (weights: Array<[Module, string]>, how: Choice, amount: number) => void;

const pruneTo: PruneTo = (weights, how, amount) => {
  if (how === 'layer') weights.forEach(([module, name]) => prune.l1Unstructured(module, name, { amount }));
  else prune.globalUnstructured(weights, { method: how === 'random' ? 'random' : 'l1', amount, seed: 1 });
};

const LEVEL = 0.5;

function judgeChoice(net: LeNet, how: Choice): Diagnosis | undefined {
  const where = `'${how}'`;
  const names = layerNames();
  const zeros = names.map((name) => pruned(layer(net, name), 'weight') ?? 0);
  const total = Math.round(LEVEL * weightCount());
  if (Math.abs(sum(zeros) - total) > names.length)
    return { ...countDiagnosis('amount', `${where}: another number of weights went.`, total, sum(zeros)), where };
  const shares = names.map((name, i) => Math.abs(zeros[i] - LEVEL * sizes()[name]) <= 1);
  const smallest = names.map((name) => smallestWent(layer(net, name), 'weight'));
  if (how === 'random' && smallest[2])
    return { reason: 'method', message: `${where}: the smallest went, not random ones.`, where };
  if (how !== 'random' && !smallest.every(Boolean))
    return { reason: 'method', message: `${where}: others than the smallest weights of a layer went.`, where };
  if (how === 'layer' && !shares.every(Boolean))
    return { reason: 'scope', message: `${where}: every layer should lose the same share of its own.`, where };
  if (how === 'global' && shares.every(Boolean))
    return { reason: 'scope', message: `${where}: all weights should be ranked in one list.`, where };
  return undefined;
}

async function checkPruneTo(answer: unknown): Promise<Diagnosis | undefined> {
  for (const how of ['random', 'layer', 'global'] as const) {
    const args = (net: LeNet): unknown[] => [prune.parameters(net), how, LEVEL];
    const found = await onNetwork(answer, lenet, (net) => judgeChoice(net, how), args);
    if (found) return found;
  }
  return undefined;
}

export const P33 = exercise<PruneTo>({
  id: 'P33',
  title: 'Three ways to choose the weights',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write a function of a list of [module, name] pairs, of \`how\` and of an \`amount\`. It prunes

- at random over all tensors, where \`how\` is \`'random'\`,
- the smallest of **each** tensor, where it is \`'layer'\`,
- the smallest of **all** tensors together, where it is \`'global'\`.`,
  hints: [
    "`prune.globalUnstructured(weights, { method, amount, seed })` knows the methods `'l1'` and `'random'`.",
    'For each tensor on its own: a loop with `prune.l1Unstructured(module, name, { amount: amount })`.',
  ],
  reference: () => pruneTo,
  check: checkPruneTo,
});
