import { exercise, onCases, type Diagnosis } from '../../exercise';

const TOPIC = 'comparison';

/** Mean and sample standard deviation. */
export type Spread = (values: readonly number[]) => { mean: number; deviation: number };

const spread: Spread = (values) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
};

async function checkSpread(answer: unknown): Promise<Diagnosis | undefined> {
  const lists = [
    [0.5, 0.6, 0.7],
    [0.8, 0.8],
    [1, 2, 3, 4],
  ];
  const found = await onCases(
    answer,
    lists.map((list) => ({ name: `[${list.join(', ')}]`, args: [list], expected: spread(list) })),
    { absolute: 1e-9 },
  );
  if (!found || typeof answer !== 'function') return found;
  const got = (answer as Spread)([1, 2, 3, 4]) as Partial<ReturnType<Spread>> | undefined;
  if (Math.abs((got?.deviation ?? NaN) - Math.sqrt(1.25)) < 1e-9) {
    return {
      reason: 'bessel',
      message: 'With few values the mean is fitted to them: divide by their number less one.',
      got: String(got?.deviation),
    };
  }
  if (Math.abs((got?.deviation ?? NaN) - 5 / 3) < 1e-9) {
    return {
      reason: 'variance',
      message: 'That is the variance: the deviation is its square root.',
      got: String(got?.deviation),
    };
  }
  return found;
}

export const D21 = exercise<Spread>({
  id: 'D21',
  title: 'Calculate mean and deviation over seeds',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 1,
  prompt:
    'One run proves little: another seed gives another number. Write a function that gives the **mean** and the **sample standard deviation** of some accuracies, as `{ mean: ..., deviation: ... }`.',
  hints: [
    'The sample deviation divides the sum of squared differences by the number of values less one, then takes the root.',
    '`{ mean: mean, deviation: Math.sqrt(squares / (values.length - 1)) }`',
  ],
  reference: () => spread,
  check: checkSpread,
});

/** `confusion[label][told]` counts pictures; gives the largest count off the diagonal. */
export type MostConfused = (confusion: readonly (readonly number[])[]) => {
  label: number;
  told: number;
  count: number;
};

const mostConfused: MostConfused = (confusion) => {
  let worst = { label: 0, told: 1, count: -1 };
  confusion.forEach((row, label) =>
    row.forEach((count, told) => {
      if (label !== told && count > worst.count) worst = { label, told, count };
    }),
  );
  return worst;
};

const CONFUSIONS: readonly (readonly (readonly number[])[])[] = [
  [
    [9, 1, 0],
    [3, 5, 2],
    [0, 4, 6],
  ],
  [
    [10, 0],
    [1, 9],
  ],
];

async function checkConfused(answer: unknown): Promise<Diagnosis | undefined> {
  const cases = CONFUSIONS.map((table) => ({ args: [table], expected: mostConfused(table) }));
  const found = await onCases(answer, cases);
  if (!found || typeof answer !== 'function') return found;
  const got = (answer as MostConfused)(CONFUSIONS[0]) as Partial<ReturnType<MostConfused>> | undefined;
  if (got?.label !== undefined && got.label === got.told)
    return {
      reason: 'diagonal',
      message: 'The diagonal holds the right answers: leave it out.',
      got: JSON.stringify(got),
    };
  if (got?.label === 1 && got.told === 2)
    return {
      reason: 'swapped',
      message: 'Rows are labels, columns are what the student says.',
      got: JSON.stringify(got),
    };
  return found;
}

export const D22 = exercise<MostConfused>({
  id: 'D22',
  title: 'Find the most confused pair',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Mistakes are counted in a **confusion table**: \`confusion[label][told]\` is the number of pictures with that label of which the student said \`told\`. Write a function that finds the **most frequent mistake** in it. Give \`{ label: ..., told: ..., count: ... }\`.`,
  hints: [
    'Go through all rows and columns with `forEach((row, label) => row.forEach((count, told) => ...))`.',
    'Leave out where `label === told`, and remember the largest count so far.',
  ],
  reference: () => mostConfused,
  check: checkConfused,
});

export const D23 = exercise({
  id: 'D23',
  title: 'Judge whether distillation helped',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Did distillation **help** here, by how much, and is that more than the spread over seeds? When would it **not** help? (Three or four sentences.)',
  rubric: [
    'Gives the difference in accuracy and compares it with the spread over seeds.',
    'Says what the student gets from the teacher beside the label: similarities between classes, or labels for pictures that have none.',
    'Names a case where it does not help: student too small, weak or overconfident teacher, enough labels, bad temperature.',
  ],
  keyTerms: [
    ['spread', 'deviation', 'seeds', 'noise', 'points'],
    ['similar', 'similarities', 'probabilities', 'soft', 'classes', 'unlabelled'],
    ['small', 'weak', 'overconfident', 'enough', 'temperature', 'capacity', 'wrong'],
  ],
  hints: [
    'Look at the chart of accuracies: do the two groups of points overlap?',
    'A teacher that is certain of everything says no more than the label does.',
  ],
});
