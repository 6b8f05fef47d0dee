import { tf } from 'scalable-inference/backend';
import { loss } from 'scalable-inference/distill';
import { SmallCnn } from 'scalable-inference/models';
import { exercise, type Diagnosis } from '../../exercise';

export type Widths = [number, number, number, number];

/** @param teacher number of the teacher's parameters, which the check cell hands over */
function checkWidths(answer: unknown, teacher: number): Diagnosis | undefined {
  if (!(teacher > 0))
    throw new Error(
      `Expected the teacher's number of parameters, got ${String(teacher)}: await ex.D6.check(vitCount.params).`,
    );
  if (!Array.isArray(answer) || answer.length !== 4 || answer.some((n) => !Number.isInteger(n) || n < 1)) {
    return { reason: 'type', message: 'Expected four whole numbers of channels.', got: JSON.stringify(answer) };
  }
  const net = new SmallCnn({ widths: answer as Widths });
  const share = net.parameterCount() / teacher;
  net.dispose();
  const got = `${(share * 100).toFixed(2)} % of the teacher`;
  if (share > 0.013) return { reason: 'too many', message: 'That is more than about a hundredth of the teacher.', got };
  if (share < 0.007) return { reason: 'too few', message: 'That is less than about a hundredth of the teacher.', got };
  return undefined;
}

export const D6 = exercise<Widths, number>({
  id: 'D6',
  title: 'Choose the size of the student',
  kind: 'code',
  topic: 'student',
  points: 1,
  prompt:
    "Choose the **channels of the four convolutions** so that the student has about a hundredth of the teacher's parameters (0.7 to 1.3 %). `new models.SmallCnn({ widths: [a, b, c, d] }).parameterCount()` counts.",
  hints: [
    'A 3x3 convolution from a to b channels has 9 · a · b weights, so the last one has most.',
    'Later convolutions work on smaller pictures, so wide ones at the end cost little time: try [24, 32, 48, 72].',
  ],
  reference: () => [24, 32, 48, 72],
  check: (answer, { context }) => checkWidths(answer, context),
});

/** The objective: student's and teacher's logits [batch, classes], class numbers [batch], temperature, alpha. */
export type Objective = (
  student: tf.Tensor,
  teacher: tf.Tensor,
  labels: tf.Tensor1D,
  temperature: number,
  alpha: number,
) => tf.Tensor;

const reference: Objective = (student, teacher, labels, temperature, alpha) =>
  loss({ student, teacher, labels, temperature, alpha });

const CASES: ReadonlyArray<{ temperature: number; alpha: number; reason: string; message: string }> = [
  {
    temperature: 1,
    alpha: 1,
    reason: 'labels',
    message: 'With alpha 1 only the cross-entropy with the labels counts.',
  },
  {
    temperature: 1,
    alpha: 0,
    reason: 'teacher',
    message:
      "With alpha 0 and temperature 1 only the divergence from the teacher counts: the mean over the batch of sum p (log p - log q), p the teacher's probabilities.",
  },
  {
    temperature: 3,
    alpha: 0,
    reason: 'scale',
    message:
      'At another temperature the divergence is multiplied by its square, which keeps its gradients of one size.',
  },
  { temperature: 2, alpha: 0.3, reason: 'alpha', message: 'alpha weighs the labels, 1 - alpha the teacher.' },
];

function value(objective: Objective, temperature: number, alpha: number): number {
  return tf.tidy(() => {
    const student = tf.tensor2d([
      [2, -1, 0.5],
      [0, 3, 1],
      [-2, 0.3, 0.1],
    ]);
    const teacher = tf.tensor2d([
      [4, -2, 0],
      [1, 2, -3],
      [0.5, 0.5, 2],
    ]);
    const result: unknown = objective(student, teacher, tf.tensor1d([0, 1, 2], 'int32'), temperature, alpha);
    if (!(result instanceof tf.Tensor) || result.size !== 1) return NaN;
    return result.dataSync()[0];
  });
}

function checkObjective(answer: unknown): Diagnosis | undefined {
  if (typeof answer !== 'function')
    return {
      reason: 'type',
      message: 'Expected a function (student, teacher, labels, temperature, alpha) => a scalar tensor.',
    };
  for (const { temperature, alpha, reason, message } of CASES) {
    const [got, expected] = [answer as Objective, reference].map((objective) => value(objective, temperature, alpha));
    if (!(Math.abs(got - expected) <= 1e-4)) {
      return {
        reason,
        message,
        expected: expected.toFixed(4),
        got: String(got),
        where: `temperature ${temperature}, alpha ${alpha}`,
      };
    }
  }
  return undefined;
}

export const D5 = exercise<Objective>({
  id: 'D5',
  title: 'Write the objective of distillation',
  kind: 'code',
  form: 'function',
  topic: 'logits',
  points: 3,
  prompt: `Write the **objective of distillation** (Hinton et al. 2015):

alpha · CE(student, labels) + (1 - alpha) · T² · KL(teacher at T, student at T), both as means over the batch.

\`tf.logSoftmax\` gives logarithms of probabilities without overflow; work with them throughout.`,
  hints: [
    'KL of one picture: the sum over the classes of p · (log p - log q), with p = exp(log p) of the teacher.',
    '`tf.oneHot(labels, classes)` times `tf.logSoftmax(student)`, summed over the classes, picks the logarithm at the label.',
    'Do not forget the factor T².',
  ],
  reference: () => reference,
  check: checkObjective,
});

export const D7 = exercise({
  id: 'D7',
  title: "Predict the student's accuracy",
  kind: 'prediction',
  topic: 'student',
  points: 1,
  unit: '%',
  range: [0, 100],
  distance: 'linear',
  worthless: 30,
  prompt:
    'Before you train: what share of the **test pictures** will the student alone get right, in percent, after the epochs above?',
  hints: [
    'It sees each picture only a few times in the quick profile. Guessing gives 10 %; all 50,000 pictures and 30 epochs give about 80 %.',
  ],
});

export const D8 = exercise({
  id: 'D8',
  title: 'Predict what the teacher adds',
  kind: 'prediction',
  topic: 'comparison',
  points: 1,
  unit: 'points',
  range: [-50, 50],
  distance: 'linear',
  worthless: 8,
  prompt: 'By how many **percentage points** will the teacher make this student better? Negative numbers mean worse.',
  hints: ['Published gains for small students are between 0 and 5 points; with few pictures they are larger.'],
});
