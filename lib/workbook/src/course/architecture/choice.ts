import { tf } from 'scalable-inference/backend';
import { compare, exercise, onCases, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction, notMilliseconds } from './checks';
import { count } from './counting';
import { timeNetwork } from './networks';
import { lookUp } from './published';
import { stopwatch } from './timing';

const TOPIC = 'choice';

/** One network of the survey: published accuracy and measured time at one picture size. A type, so that tables take it. */
export type SurveyRow = {
  model: string;
  /** Height and width of the pictures behind `accuracy` and `ms`, in pixels. */
  size: number;
  /** Published top-1 accuracy in percent. */
  accuracy: number;
  /** Measured time of one picture. */
  ms: number;
  params: number;
  macs: number;
  activations: number;
  bytes: number;
};

/** Measures a network of the published table at the picture size of its accuracy. */
export type SurveyNetwork = (name: string) => Promise<SurveyRow>;

/** All of a row but the time. */
function known(name: string): Omit<SurveyRow, 'ms'> {
  const published = lookUp(name);
  if (published === undefined) throw new Error(`No accuracy of ${name} is published for weights of ImageNet alone.`);
  const { size, accuracy } = published;
  const { params, macs, activations, bytes } = count(name, size, 'macs');
  return { model: name, size, accuracy, params, macs, activations, bytes };
}

const surveyNetwork: SurveyNetwork = async (name) => {
  const row = known(name);
  const pictures = tf.randomNormal<tf.Rank.R4>([1, row.size, row.size, 3]);
  const ms = await timeNetwork(name, pictures, (forward) => stopwatch(forward, 3));
  pictures.dispose();
  return { ...row, ms };
};

/** Small ones, of which the second has a size of its own. */
const SURVEYED = ['shufflenet_v2_x0_5', 'efficientnet_b1'];

async function checkRow(answer: SurveyNetwork, name: string): Promise<Diagnosis | undefined> {
  const before = tf.memory().numTensors;
  const got: unknown = await answer(name);
  const leak = leftBehind(before);
  if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (typeof got !== 'object' || got === null)
    return { reason: 'type', message: 'Expected a row: { model: ..., ... }.' };
  const { ms, ...rest } = got as Partial<SurveyRow>;
  const expected = known(name);
  if (rest.accuracy === expected.accuracy && rest.size !== expected.size)
    return {
      reason: 'size',
      message: `The accuracy of '${name}' belongs to pictures of ${expected.size} pixels: count and time it at that size.`,
      got: String(rest.size),
    };
  return compare(rest, expected) ?? notMilliseconds(ms) ?? positive(ms) ?? leak;
}

const positive = (ms: unknown): Diagnosis | undefined =>
  (ms as number) > 0 ? undefined : { reason: 'value', message: 'A network takes some time: ms is not above zero.' };

async function checkSurvey(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(name) => row');
  if (wrongForm) return wrongForm;
  for (const name of SURVEYED) {
    const found = await checkRow(answer as SurveyNetwork, name);
    if (found) return found;
  }
  return undefined;
}

export const A13 = exercise<SurveyNetwork>({
  id: 'A13',
  title: 'Join accuracy, time and operations of a network',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the function that makes one row of the survey: it gets a \`name\`, and gives \`model\`, \`size\`, \`accuracy\`, \`ms\`, \`params\`, \`macs\`, \`activations\` and \`bytes\`.

The cells above hold your functions: \`published(name)\`, \`timeNetwork(name, pictures, timer)\` with \`timer\`, and \`count(name, size, 'macs')\`. Accuracy, time and operations must belong to the **same picture size**. Make one picture with \`tf.randomNormal([1, size, size, 3])\`, and free it afterwards.`,
  hints: [
    'First look up `size` and `accuracy`, then make the picture of that size, time the network, free the picture, and count.',
    '`const { params, macs, activations, bytes } = count(name, size, "macs")`; then return all eight fields.',
  ],
  reference: () => surveyNetwork,
  check: checkSurvey,
});

/** The rows that no other row beats. */
export type Frontier = (rows: readonly SurveyRow[]) => SurveyRow[];

const beats = (one: SurveyRow, other: SurveyRow): boolean =>
  one.ms <= other.ms && one.accuracy >= other.accuracy && (one.ms < other.ms || one.accuracy > other.accuracy);

export const frontier: Frontier = (rows) => rows.filter((row) => !rows.some((other) => beats(other, row)));

/** Rows of the given times and accuracies; the rest of no importance. */
export const rowsOf = (...pairs: readonly (readonly [number, number])[]): SurveyRow[] =>
  pairs.map(([ms, accuracy], at) => {
    const zeros = { size: 224, params: 0, macs: 0, activations: 0, bytes: 0 };
    return { model: `network ${at + 1}`, ...zeros, ms, accuracy };
  });

const CASES: readonly [string, SurveyRow[]][] = [
  ['four networks, one beaten', rowsOf([10, 70], [20, 80], [30, 75], [40, 90])],
  ['equal times', rowsOf([10, 70], [10, 72], [30, 75])],
  ['equal accuracies', rowsOf([10, 70], [20, 70], [30, 75])],
  ['two equal networks', rowsOf([10, 70], [10, 70])],
  ['the most accurate one first', rowsOf([40, 90], [50, 80], [10, 60])],
];

async function checkFrontier(answer: unknown): Promise<Diagnosis | undefined> {
  const byModel = (rows: readonly SurveyRow[]): string[] => rows.map((row) => row.model).sort();
  const names = async (rows: readonly SurveyRow[]): Promise<unknown> => {
    const got: unknown = await (answer as Frontier)(rows);
    return Array.isArray(got) ? byModel(got as SurveyRow[]) : got;
  };
  const cases = CASES.map(([name, rows]) => ({ args: [rows], expected: byModel(frontier(rows)), name }));
  return noFunction(answer, '(rows) => rows') ?? onCases(names, cases);
}

export const A14 = exercise<Frontier>({
  id: 'A14',
  title: 'Find the networks that no other beats',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the function that gets rows of the survey and keeps those that **no other beats**. One network beats another if it is at least as accurate and at least as fast, and better in one of the two.`,
  hints: [
    'Write `beats(one, other)` first: two comparisons with `<=` and `>=`, and one of them must hold strictly.',
    '`rows.filter((row) => !rows.some((other) => beats(other, row)))`.',
  ],
  reference: () => frontier,
  check: checkFrontier,
});

export const A15 = exercise({
  id: 'A15',
  title: 'Choose one for production',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Which of your three networks would you **put into production** on this machine, given accuracy, measured time and operations? When would you choose another one? (Three or four sentences.)',
  rubric: [
    'Names one network and weighs its accuracy against its measured time.',
    'Does not argue from FLOPs alone.',
    'Says when another choice is right: another device, batch size, memory limit, or accuracy target.',
  ],
  keyTerms: [
    ['accuracy', 'accurate', 'acc'],
    ['measured', 'time', 'latency', 'throughput', 'pictures per second'],
    ['gpu', 'batch', 'memory', 'phone', 'device', 'latency', 'file size', 'target'],
  ],
  hints: [
    'A point in the chart is worth choosing if no other point is both further left and higher.',
    "Think of what changes: a GPU, one picture at a time, a phone's memory, a training budget for fine-tuning.",
  ],
});
