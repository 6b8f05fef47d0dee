import { tf } from 'scalable-inference/backend';
import { complexity, type Convention } from 'scalable-inference/measure';
import * as models from 'scalable-inference/models';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction } from './checks';

const TOPIC = 'operations';

/** Work of a network for one picture. */
export type Counts = {
  params: number;
  macs: number;
  /** Two for each of `macs`. */
  flops: number;
  /** Elements that operations write. */
  activations: number;
  /** Bytes that operations read and write in float32. */
  bytes: number;
};

/** Counts a network for one picture of size x size under a convention. */
export type Count = (name: string, size: number, convention: Convention) => Counts;

export const count: Count = (name, size, convention) => {
  const net = models.create(name, { seed: 0 });
  const { params, macs, flops, activations, bytes } = complexity(net, [1, size, size, 3], { convention });
  net.dispose();
  return { params, macs, flops, activations, bytes };
};

const COUNTED: readonly [string, number, Convention][] = [
  ['squeezenet1_1', 64, 'macs'],
  ['squeezenet1_1', 96, 'ptflops'],
  ['mobilenet_v3_small', 64, 'fvcore'],
];

async function checkCount(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(name, size, convention) => counts');
  if (wrongForm) return wrongForm;
  const cases = COUNTED.map((args) => ({ args, expected: count(...args), name: args.join(', ') }));
  const before = tf.memory().numTensors;
  const found = await onCases(answer, cases);
  const leak = leftBehind(before);
  if (found === undefined) return leak;
  const got = (await (answer as Count)(...COUNTED[0])) as Partial<Counts> | undefined;
  if (got !== undefined && got.macs === cases[0].expected.macs && got.flops === got.macs)
    return { ...found, reason: 'flops', message: 'A multiply-add is a multiplication and an addition: two FLOPs.' };
  return found;
}

export const A10 = exercise<Count>({
  id: 'A10',
  title: 'Count the networks',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the function that counts a network: it gets a \`name\`, the picture's \`size\` and a \`convention\`, and gives \`params\`, \`macs\`, \`flops\`, \`activations\` and \`bytes\` for **one** picture.

\`measure.complexity(net, [1, size, size, 3], { convention: convention })\` counts without running the network. Free the network when you are done.`,
  hints: [
    'The result of `measure.complexity` has fields of the five names: take them out before you free the network.',
    '`const { params, macs, flops } = measure.complexity(...)` takes several fields at once.',
  ],
  reference: () => count,
  check: checkCount,
});

export const A11 = exercise({
  id: 'A11',
  title: 'Why do the counters disagree?',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt:
    'Why do the three conventions disagree? Choose **all** that are true; the two tables above and the text between them hold the evidence.',
  choices: {
    bias: 'ptflops (its aten backend) counts one more for each output value of a layer with a bias.',
    norm: 'fvcore adds work for normalisation layers and adaptive pooling.',
    pairs: 'fvcore counts a multiplication and an addition as two, so that its numbers are those of FLOPs.',
    fused: 'Both tools leave out what runs inside a fused attention kernel.',
    size: 'ptflops runs the network on a smaller picture than the one that it was given.',
  },
  reference: ['bias', 'norm', 'fused'],
  because: {
    bias: 'Where most convolutions have no bias, because batch normalisation follows them, the difference is small.',
    norm: 'Two for each output value of a batch normalisation, five of a layer normalisation.',
    pairs: 'fvcore counts one fused multiply-add as one: its numbers stay close to the strict ones.',
    fused: 'The kernel is one call, for which neither tool has a rule.',
    size: 'All three columns were counted at the same picture size.',
  },
  hints: [
    'Look at the differences fvcore - macs and ptflops - macs, network by network.',
    'ViT is the only family here whose attention is one fused kernel; the table shows what each tool leaves out.',
  ],
});

/** A layer among the heaviest of a network. */
export type HeavyLayer = {
  path: string;
  macs: number;
};

/** The layers with the most multiply-adds for one picture, heaviest first. */
export type Heaviest = (name: string, size: number, howMany: number) => HeavyLayer[];

const heaviest: Heaviest = (name, size, howMany) => {
  const net = models.create(name, { seed: 0 });
  const { rows } = complexity(net, [1, size, size, 3]);
  net.dispose();
  return [...rows]
    .sort((a, b) => b.macs - a.macs)
    .slice(0, howMany)
    .map(({ path, macs }) => ({ path, macs }));
};

const isLayers = (value: unknown): value is HeavyLayer[] =>
  Array.isArray(value) &&
  value.every((row: unknown) => {
    const { path, macs } = (row ?? {}) as Partial<HeavyLayer>;
    return typeof path === 'string' && typeof macs === 'number';
  });

const [HEAVY_NAME, HEAVY_SIZE, HEAVY_COUNT] = ['squeezenet1_1', 96, 6] as const;

async function checkHeaviest(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(name, size, howMany) => layers');
  if (wrongForm) return wrongForm;
  const before = tf.memory().numTensors;
  const got: unknown = await (answer as Heaviest)(HEAVY_NAME, HEAVY_SIZE, HEAVY_COUNT);
  const leak = leftBehind(before);
  if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (!isLayers(got)) return { reason: 'type', message: 'Expected a list of { path: ..., macs: ... }.' };
  const expected = heaviest(HEAVY_NAME, HEAVY_SIZE, HEAVY_COUNT).map(({ macs }) => macs);
  if (got.length !== HEAVY_COUNT)
    return { reason: 'length', message: `Expected ${HEAVY_COUNT} layers.`, got: `${got.length} layers` };
  const macs = got.map((row) => row.macs);
  if (macs.some((value, at) => at > 0 && value > macs[at - 1]))
    return { reason: 'order', message: 'The heaviest layer comes first.', got: macs.join(', ') };
  // Layers of equal work may stand in any order, so that the numbers are compared and each path with its own number.
  const all = new Map(heaviest(HEAVY_NAME, HEAVY_SIZE, Infinity).map((row) => [row.path, row.macs]));
  const stranger = got.find((row) => all.get(row.path) !== row.macs);
  if (stranger) return { reason: 'path', message: `'${stranger.path}' does not take ${stranger.macs} multiply-adds.` };
  return compare(macs, expected) ?? leak;
}

export const A12 = exercise<Heaviest>({
  id: 'A12',
  title: 'Find the heaviest layers',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Where does the work go? Write the function that gets a \`name\`, the picture's \`size\` and \`howMany\`, and gives that many layers with the **most multiply-adds**, heaviest first, each with its \`path\` and \`macs\`.

\`measure.complexity(net, shape).rows\` has one row for each layer.`,
  hints: [
    'Sort a copy: `[...rows].sort((a, b) => b.macs - a.macs)`. `slice(0, howMany)` keeps the first.',
    '`map((row) => ({ path: row.path, macs: row.macs }))` takes the two fields; rows as they are will do as well.',
  ],
  reference: () => heaviest,
  check: checkHeaviest,
});
