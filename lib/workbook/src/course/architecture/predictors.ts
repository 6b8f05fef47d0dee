import { tf } from 'scalable-inference/backend';
import { rankCorrelation } from 'scalable-inference/measure';
import { compare, exercise, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction } from './checks';
import type { SurveyRow } from './choice';
import type { Timer } from './networks';

const TOPIC = 'predictors';

export const A16 = exercise({
  id: 'A16',
  title: 'Predict what a batch gains',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'How many times **less time for each picture** does your ResNet need at the largest batch of the sweep than at batch size 1? (1 means that batches do not help.)',
  range: [0.1, 1000],
  hints: ['On a GPU the factor is large. On a processor with few cores one picture may keep all of them busy.'],
});

/** Milliseconds for one picture at one batch size. */
export type SweepRow = {
  batch: number;
  ms: number;
};

/** Times a compiled network on batches of pictures of 224x224. */
export type Sweep = (
  predict: (x: tf.Tensor4D) => tf.Tensor,
  sizes: Iterable<number>,
  timer: Timer,
) => Promise<SweepRow[]>;

const sweep: Sweep = async (predict, sizes, timer) => {
  const rows: SweepRow[] = [];
  for (const batch of sizes) {
    const x = tf.randomNormal<tf.Rank.R4>([batch, 224, 224, 3]);
    rows.push({ batch, ms: (await timer(() => predict(x))) / batch });
    x.dispose();
  }
  return rows;
};

const SIZES = [1, 2, 4];
const BATCH_MS = 12;

async function checkSweep(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(predict, sizes, timer) => rows');
  if (wrongForm) return wrongForm;
  const shapes: string[] = [];
  const predict = (x: tf.Tensor4D): tf.Tensor => {
    shapes.push(x.shape.join(', '));
    return tf.zeros([x.shape[0], 10]);
  };
  const before = tf.memory().numTensors;
  const got: unknown = await (answer as Sweep)(predict, SIZES, async (forward) => {
    forward().dispose();
    return BATCH_MS;
  });
  const leak = leftBehind(before);
  if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  const expected = SIZES.map((size) => `${size}, 224, 224, 3`);
  if (shapes.join('; ') !== expected.join('; '))
    return {
      reason: 'pictures',
      message: 'Expected one measurement for each batch size, on pictures [batch, 224, 224, 3].',
      expected: expected.join('; '),
      got: shapes.join('; '),
    };
  const rows = Array.isArray(got) ? (got as SweepRow[]) : [];
  if (rows.length === SIZES.length && rows.every((row) => row.ms === BATCH_MS))
    return { reason: 'batch', message: 'That is the time of the whole batch: divide by the number of pictures.' };
  return (
    compare(
      got,
      SIZES.map((batch) => ({ batch, ms: BATCH_MS / batch })),
    ) ?? leak
  );
}

export const A17 = exercise<Sweep>({
  id: 'A17',
  title: 'Measure batch after batch',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the sweep: a function that gets \`predict\` (of a compiled network), the batch \`sizes\` and a \`timer\`, and gives for each size a row with \`batch\` and \`ms\`, the milliseconds **for one picture**.

Make each batch with \`tf.randomNormal([batch, 224, 224, 3])\`, and free it before you make the next one.`,
  hints: [
    'A loop `for (const batch of sizes)` with four steps: make, time, push a row, free.',
    'The timer gives the time of the whole batch: divide it by `batch`.',
  ],
  reference: () => sweep,
  check: checkSweep,
});

const PREDICTORS = ['params', 'macs', 'activations', 'bytes'] as const;

/** How well one count orders networks by time. */
export type Ranked = {
  count: string;
  /** Spearman's rank correlation with the measured times. */
  rank: number;
};

/** All four counts, the best first. */
export type RankCounts = (rows: readonly SurveyRow[]) => Ranked[];

const rankCounts: RankCounts = (rows) => {
  const ms = rows.map((row) => row.ms);
  const column = (name: (typeof PREDICTORS)[number]): number[] => rows.map((row) => row[name]);
  const ranked = PREDICTORS.map((name) => ({ count: name, rank: rankCorrelation(column(name), ms) }));
  return ranked.sort((a, b) => b.rank - a.rank);
};

/** Five networks whose counts order them by time in four different ways. */
const FIVE: SurveyRow[] = [
  [5, 1, 2, 1],
  [1, 2, 1, 3],
  [4, 3, 3, 2],
  [2, 4, 5, 5],
  [3, 5, 4, 4],
].map(([params, macs, activations, bytes], at) => {
  const rest = { model: `network ${at + 1}`, size: 224, accuracy: 70, ms: 10 * (at + 1) };
  return { ...rest, params, macs, activations, bytes };
});

async function checkRanked(answer: unknown, survey: readonly SurveyRow[]): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(rows) => ranked counts');
  if (wrongForm) return wrongForm;
  for (const rows of [FIVE, survey]) {
    const got: unknown = await (answer as RankCounts)(rows);
    if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
    const found = compareRanked(got, rankCounts(rows));
    if (found) return found;
  }
  return undefined;
}

function compareRanked(got: unknown, expected: readonly Ranked[]): Diagnosis | undefined {
  const ranks = Array.isArray(got) ? (got as Partial<Ranked>[]).map((row) => row?.rank ?? NaN) : [];
  if (ranks.length === expected.length && ranks.some((rank, at) => at > 0 && rank > ranks[at - 1]))
    return { reason: 'order', message: 'The best predictor comes first: sort by rank, from the largest.' };
  // Counts that tie may stand in any order.
  const sorted = (rows: readonly Ranked[]): Ranked[] =>
    [...rows].sort((a, b) => b.rank - a.rank || a.count.localeCompare(b.count));
  return compare(Array.isArray(got) ? sorted(got as Ranked[]) : got, sorted(expected), { absolute: 1e-9 });
}

export const A18 = exercise<RankCounts, readonly SurveyRow[]>({
  id: 'A18',
  title: 'Which count orders the networks best?',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Which of **params**, **macs**, **activations** and **bytes** puts the networks of your survey into the order of their measured times? Write a function that gets rows of the survey and gives, for each of the four, \`count\` (its name) and \`rank\`: the rank correlation (Spearman's) of that column with the column \`ms\`. The best predictor comes first.

\`measure.rankCorrelation(xs, ys)\` computes it: 1 is the same order, -1 the opposite one.`,
  hints: [
    '`rows.map((row) => row.macs)` is one column; `row[name]` takes the column of that name.',
    'Map the list of the four names to `{ count: name, rank: ... }`, then sort by `rank`.',
  ],
  reference: () => rankCounts,
  check: (answer, { context }) => checkRanked(answer, context),
});
