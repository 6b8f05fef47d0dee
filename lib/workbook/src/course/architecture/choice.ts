import { rankCorrelation } from 'scalable-inference/measure';
import { compare, exercise, type Diagnosis } from '../../exercise';

/** One measured network, as the notebook's survey collects them. */
export interface SurveyRow extends Readonly<Record<string, unknown>> {
  readonly ms: number;
  readonly params: number;
  readonly macs: number;
  readonly activations: number;
  readonly bytes: number;
}

export const A9 = exercise({
  id: 'A9',
  title: 'Choose a network for production',
  kind: 'text',
  topic: 'choice',
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

const PREDICTORS = ['params', 'macs', 'activations', 'bytes'] as const;

function ranking(rows: readonly SurveyRow[]): Array<{ name: string; correlation: number }> {
  const ms = rows.map((row) => row.ms);
  return PREDICTORS.map((name) => ({
    name,
    correlation: rankCorrelation(
      rows.map((row) => row[name]),
      ms,
    ),
  })).sort((a, b) => b.correlation - a.correlation);
}

function checkPredictor(answer: unknown, rows: readonly SurveyRow[]): Diagnosis | undefined {
  const order = ranking(rows);
  const [best, worst] = [order[0], order[order.length - 1]];
  const chosen = order.find(({ name }) => name === answer);
  if (chosen?.correlation === best.correlation) return undefined; // in a small survey several may tie
  if (answer === worst.name) {
    return {
      reason: 'worst',
      message: `'${worst.name}' orders the networks worst of the four: take the largest correlation, not the smallest.`,
      got: worst.name,
    };
  }
  return compare(answer, best.name);
}

export const A10 = exercise<string, readonly SurveyRow[]>({
  id: 'A10',
  title: 'Find what predicts the time',
  kind: 'code',
  topic: 'predictors',
  points: 2,
  prompt:
    'Which of **params**, **macs**, **activations** and **bytes** best predicts the order of the measured times of your survey? Use the rank correlation (Spearman), `measure.rankCorrelation(xs, ys)`, between each column of `survey` and its column `ms`.',
  hints: [
    '`survey.map((row) => row.macs)` is one column.',
    'Compute the four correlations, and give the name with the largest one.',
  ],
  reference: (rows) => ranking(rows)[0].name,
  check: (answer, { context }) => checkPredictor(answer, context),
});

export const A11 = exercise({
  id: 'A11',
  title: 'Predict what a larger batch gains',
  kind: 'prediction',
  topic: 'predictors',
  points: 1,
  unit: 'times',
  prompt:
    'How many times **less time per picture** does your ResNet need at the largest batch of the sweep than at batch size 1? (1 means that batches do not help.)',
  range: [0.1, 1000],
  hints: ['On a GPU the factor is large. On a processor with two cores one picture already keeps both busy.'],
});

export const A12 = exercise({
  id: 'A12',
  title: 'Find the mistakes in a benchmark',
  kind: 'choice',
  topic: 'mistakes',
  points: 3,
  prompt: `Three lines of the timing script above make its numbers wrong. Which? Choose **all three**.`,
  choices: {
    line1: 'Line 1: the batch is made once, before the clock starts.',
    line3: 'Line 3: the network stays in training mode.',
    line4: 'Line 4: nothing runs before the clock starts.',
    line6: 'Line 6: the result is read with dataSync.',
    line7: 'Line 7: every turn of the loop counts the first network.',
    line9: 'Line 9: the time is divided by the number of repetitions.',
  },
  reference: ['line3', 'line4', 'line7'],
  because: {
    line1: 'Making the input outside the clock is right: it is not part of the network.',
    line6: 'Reading the result is right: without it the clock may stop before the work is done.',
    line9: 'A mean is less robust than a median, but not wrong.',
  },
  hints: [
    'What does batch normalisation do in training mode, and what does dropout do?',
    'Read line 7 again: whose operations does it count when `name` is the second network?',
  ],
});
