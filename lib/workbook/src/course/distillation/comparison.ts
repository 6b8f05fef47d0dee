import { exercise, onCases, type Diagnosis } from '../../exercise';

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

export const D9 = exercise<Spread>({
  id: 'D9',
  title: 'Calculate mean and deviation over seeds',
  kind: 'code',
  form: 'function',
  topic: 'comparison',
  points: 1,
  prompt:
    'One run proves little: another seed gives another number. Write a function that gives the **mean** and the **sample standard deviation** of some accuracies, as `{ mean: ..., deviation: ... }`.',
  hints: [
    'The sample deviation divides the sum of squares by the number of values less one, then takes the root.',
    '`{ mean: mean, deviation: Math.sqrt(squares / (values.length - 1)) }`',
  ],
  reference: () => spread,
  check: checkSpread,
});

export const D10 = exercise({
  id: 'D10',
  title: 'Judge whether distillation helped',
  kind: 'text',
  topic: 'comparison',
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

export const D11 = exercise({
  id: 'D11',
  title: 'Find the mistake in the objective',
  kind: 'choice',
  topic: 'mistakes',
  points: 2,
  prompt: 'What is **wrong** with the objective above?',
  choices: {
    a: "Line 1: logSoftmax must not be used on the student's logits.",
    b: "Line 2: the teacher's raw logits stand where probabilities belong.",
    c: 'Line 3: the mean over the batch must be a sum.',
    d: 'Line 4: the labels must not be part of the objective.',
  },
  reference: 'b',
  mistakes: {
    a: { reason: 'student', message: "logSoftmax is the stable way to the logarithm of the student's probabilities." },
    c: { reason: 'mean', message: 'A mean keeps the size of a step independent of the batch size.' },
    d: { reason: 'labels', message: 'Both together are usual; alpha weighs them.' },
  },
  hints: ['A cross-entropy is -sum p log q. What must p sum to, and can it be negative?'],
});

export const D12 = exercise({
  id: 'D12',
  title: 'Say how to choose temperature and alpha',
  kind: 'choice',
  topic: 'beyond',
  points: 2,
  prompt: 'Temperature and alpha were chosen by a sweep. By **which pictures** may they be chosen?',
  choices: {
    a: 'By the test pictures: the test accuracy is what counts in the end.',
    b: 'By training pictures that were held out: the student did not train on them, and they are not the test pictures.',
    c: 'By the pictures that the student trained on.',
  },
  reference: 'b',
  mistakes: {
    a: {
      reason: 'test',
      message:
        'The best of many settings on the test pictures is partly luck on these very pictures: its test accuracy is too good to be true.',
    },
    c: { reason: 'training', message: 'There the setting wins that learns by heart best.' },
  },
  hints: ['What would happen to the reported number if you tried a thousand settings?'],
});

export const D13 = exercise({
  id: 'D13',
  title: 'Explain why a sure teacher teaches less',
  kind: 'text',
  topic: 'beyond',
  points: 2,
  prompt:
    'Imagine a teacher that knows its **training pictures by heart**: it is right on 99.9 % of them, and sure of it. Why does it teach **less** than one that is less sure, and what can be done? (Two or three sentences.)',
  rubric: [
    'Sees that its probabilities on these pictures are nearly the labels, so they carry little more.',
    'Names a cure: a higher temperature, pictures that the teacher did not learn from, moved, mixed or mirrored pictures, or an earlier checkpoint.',
  ],
  keyTerms: [
    ['labels', 'label', 'one hot', 'certain', 'sure', 'same'],
    ['temperature', 'unseen', 'held out', 'augmentation', 'augmented', 'mirrored', 'mixed', 'earlier'],
  ],
  hints: ["Compare the teacher's mean entropy on training and on test pictures in the table above."],
});

export const D14 = exercise({
  id: 'D14',
  title: 'Predict what logits bring with few labels',
  kind: 'prediction',
  topic: 'beyond',
  points: 1,
  unit: 'points',
  range: [-50, 90],
  distance: 'linear',
  worthless: 20,
  prompt:
    "Only a **tenth of the pictures** keeps its labels; the teacher's logits are there for all. By how many percentage points is that better than the labelled tenth alone?",
  hints: ['The student alone sees ten times fewer pictures. The one with the teacher sees all of them.'],
});
