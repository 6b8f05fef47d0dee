import { tf } from 'scalable-inference/backend';
import { generated, type PictureDataset } from 'scalable-inference/datasets';
import { SmallCnn } from 'scalable-inference/models';
import type { Module } from 'scalable-inference/nn';
import { compare, exercise, thrown, type Diagnosis } from '../../exercise';
import { tensorsLeft } from './support';

/** What the exercise on classes is told: labels and names of the classes. */
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

export const D5 = exercise<number[], LabelContext>({
  id: 'D5',
  title: 'Count the pictures of each class',
  kind: 'code',
  notUsed: 'It looks at the data once: no later cell needs the counts.',
  topic: 'data',
  points: 1,
  prompt:
    'How many training pictures does **each class** have? Give a list of numbers, one for each class, in the order of `train.classes`. (If one class had most of them, accuracy would mislead.)',
  hints: [
    '`train.classes.map(() => 0)` is a list of zeros, one for each class.',
    '`for (const label of labels) found[label]++` counts.',
  ],
  reference: counts,
  check: (answer, { context }) => checkCounts(answer, context),
});

export const D6 = exercise({
  id: 'D6',
  title: 'Count the parameters of one attention block',
  kind: 'number',
  topic: 'teacher',
  points: 2,
  unit: 'parameters',
  prompt: `By hand: how many parameters does the **attention of one block** of the teacher have? It is 192 wide and has four dense layers of 192 inputs and 192 outputs (query, key, value, and the output), each **with** a bias.`,
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
  hints: [
    'A dense layer has inputs times outputs weights, and one bias for each output.',
    '192 * 192 + 192 is one layer.',
  ],
});

export const D7 = exercise({
  id: 'D7',
  title: "Predict the teacher's accuracy",
  kind: 'prediction',
  topic: 'teacher',
  points: 1,
  unit: '%',
  range: [0, 100],
  prompt: 'Before you measure: what share of the **test pictures** will the teacher get right, in percent?',
  hints: ['There are ten classes of the same size: what would a guess at random get?'],
});

/** Logits of one prepared picture [height, width, channels], one number for each class. */
export type LogitsOfPicture = (teacher: Module, picture: tf.Tensor3D) => number[] | Promise<number[]>;

const logitsOfPicture: LogitsOfPicture = (teacher, picture) => {
  const logits = tf.tidy(() => teacher.forward(tf.expandDims(picture)));
  const values = [...logits.dataSync()];
  logits.dispose();
  return values;
};

/** A network so small that a check can run it. */
const probe = (): SmallCnn => new SmallCnn({ widths: [4, 4, 4, 4], seed: 5 }).eval();

async function checkPicture(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (teacher, picture) => logits.' };
  const net = probe();
  const picture = tf.randomUniform<tf.Rank.R3>([32, 32, 3], -1, 1, 'float32', 3);
  try {
    const expected = await logitsOfPicture(net, picture);
    const { value, left, error } = await tensorsLeft(() => (answer as LogitsOfPicture)(net, picture));
    if (error) return thrown(error.cause);
    const found = compare(value, expected, { absolute: 1e-4 });
    const sum = Array.isArray(value) ? value.reduce((a: number, b: unknown) => a + Number(b), 0) : NaN;
    if (found && Math.abs(sum - 1) < 1e-4)
      return { reason: 'probabilities', message: 'These are probabilities: give the logits, before any softmax.' };
    if (found) return found;
    if (left > 0)
      return { reason: 'memory', message: `${left} tensors were left in memory: free the logits with dispose().` };
    return undefined;
  } finally {
    net.dispose();
    picture.dispose();
  }
}

export const D8 = exercise<LogitsOfPicture>({
  id: 'D8',
  title: 'Run the teacher on one picture',
  kind: 'code',
  form: 'function',
  topic: 'teacher',
  points: 2,
  prompt: `Write a function that runs a network on **one** picture and gives its ten logits as a list of numbers. The picture is prepared already and has the shape [32, 32, 3]; networks take batches, [pictures, 32, 32, 3]. Leave no tensor behind.`,
  hints: [
    '`tf.expandDims(picture, 0)` is a batch of one picture.',
    '`tf.tidy(() => teacher.forward(...))` frees everything but the result; `[...logits.dataSync()]` reads it; `logits.dispose()` frees it.',
  ],
  reference: () => logitsOfPicture,
  check: checkPicture,
});

/** Mean and deviation of each channel, as training prepares its pictures. */
export interface Normalise {
  mean: readonly number[];
  std: readonly number[];
}

/** Logits of a whole set, [pictures * classes] in the set's order. */
export type LogitsOfSet = (
  teacher: Module,
  set: PictureDataset,
  normalise: Normalise,
) => Float32Array | Promise<Float32Array>;

const logitsOfSet: LogitsOfSet = (teacher, set, normalise) => {
  const stored = new Float32Array(set.count * set.classes.length);
  for (const batch of set.batches({ batchSize: 50, normalise })) {
    const logits = tf.tidy(() => teacher.forward(batch.x));
    stored.set(logits.dataSync(), batch.positions[0] * set.classes.length);
    logits.dispose();
    batch.dispose();
  }
  return stored;
};

async function diagnoseSet(got: unknown, expected: Float32Array, plain: Float32Array): Promise<Diagnosis | undefined> {
  const tolerance = { absolute: 1e-4 };
  const found = compare(got, expected, tolerance);
  if (!found || !(got instanceof Float32Array)) return found;
  if (!compare(got, plain, tolerance))
    return { reason: 'normalise', message: 'The pictures were not normalised: pass `normalise` on to `set.batches`.' };
  const filled = got.length - [...got].reverse().findIndex((value) => value !== 0);
  if (filled < got.length)
    return {
      reason: 'incomplete',
      message: 'Only the first pictures have logits: the last batch may be smaller than the others, but it counts.',
      expected: `${expected.length} numbers`,
      got: `${filled} numbers, then zeros`,
    };
  return found;
}

async function checkSet(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (teacher, set, normalise) => a Float32Array.' };
  const net = probe();
  const set = generated({ count: 117, size: 12, seed: 4 });
  const normalise = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };
  try {
    const expected = await logitsOfSet(net, set, normalise);
    const plain = await logitsOfSet(net, set, { mean: [0, 0, 0], std: [1, 1, 1] });
    const { value, left, error } = await tensorsLeft(() => (answer as LogitsOfSet)(net, set, normalise));
    if (error) return thrown(error.cause);
    const found = await diagnoseSet(value, expected, plain);
    if (found) return found;
    if (left > 0)
      return { reason: 'memory', message: `${left} tensors were left in memory: free each batch and its logits.` };
    return undefined;
  } finally {
    net.dispose();
  }
}

export const D9 = exercise<LogitsOfSet>({
  id: 'D9',
  title: 'Store the logits of a whole set',
  kind: 'code',
  form: 'function',
  topic: 'teacher',
  points: 3,
  prompt: `Now the whole set: go through it batch by batch, run the teacher, and store all logits in one \`Float32Array\`, ten numbers a picture, in the order of the set.

\`set.batches({ batchSize: 50, normalise: normalise })\` gives batches one by one: \`batch.x\` holds the pictures, and \`batch.dispose()\` frees them.`,
  hints: [
    '`for (const batch of set.batches({ ... })) { ... }` goes through the set in its order.',
    '`stored.set(values, at)` copies a list of numbers into an array, from position `at` on.',
    'Count `at` up by the number of logits of each batch; the last batch may be smaller.',
  ],
  reference: () => logitsOfSet,
  check: checkSet,
});
