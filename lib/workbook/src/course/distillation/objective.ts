import type { tf } from 'scalable-inference/backend';
import { loss, softDivergence } from 'scalable-inference/distill';
import { exercise, type Diagnosis } from '../../exercise';
import { lossValue, near, type LossInputs } from './support';

const TOPIC = 'objective';

/** T squared times the divergence of the student from the teacher at temperature T: logits [batch, classes] to a scalar. */
export type SoftLoss = (student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number) => tf.Tensor;

const softLoss: SoftLoss = (student, teacher, temperature) => softDivergence(student, teacher, temperature);

function checkSoft(answer: unknown): Diagnosis | undefined {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (student, teacher, temperature) => a scalar tensor.' };
  const value = (f: SoftLoss, temperature: number, swapped = false): number =>
    lossValue(({ student, teacher }) =>
      swapped ? f(teacher, student, temperature) : f(student, teacher, temperature),
    );
  const own = answer as SoftLoss;
  const [got, expected] = [value(own, 1), value(softLoss, 1)];
  const told = { expected: expected.toFixed(4), got: String(got), where: 'temperature 1' };
  if (near(got, value(softLoss, 1, true)))
    return {
      reason: 'direction',
      message: "The teacher's probabilities weigh: p is the teacher's, q the student's.",
      ...told,
    };
  if (!near(got, expected))
    return {
      reason: 'teacher',
      message: 'Expected the mean over the pictures of the sum of p (log p - log q), p and q probabilities.',
      ...told,
    };
  const [hot, hotExpected] = [value(own, 3), value(softLoss, 3)];
  if (!near(hot, hotExpected))
    return {
      reason: 'scale',
      message:
        'At another temperature the value is wrong: divide both logits by it, and multiply the mean by its square.',
      expected: hotExpected.toFixed(4),
      got: String(hot),
      where: 'temperature 3',
    };
  return undefined;
}

export const D17 = exercise<SoftLoss>({
  id: 'D17',
  title: 'Write the loss of the teacher',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the second term, without its weight: $T^2$ times the mean over the batch of the Kullback-Leibler divergence

$$\\mathrm{KL}(p \\parallel q) = \\sum_i p_i \\, (\\log p_i - \\log q_i)$$

of the student's probabilities $q$ from the teacher's probabilities $p$, both at temperature $T$. Work with \`tf.logSoftmax\` throughout.`,
  hints: [
    '`tf.logSoftmax(tf.div(teacher, temperature))` is log p; `tf.exp` of it is p.',
    'Sum over the classes (axis 1), mean over the pictures, times T squared.',
  ],
  reference: () => softLoss,
  check: checkSoft,
});

/** The objective: student's and teacher's logits [batch, classes], class numbers [batch], temperature, alpha. */
export type Objective = (
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  labels: tf.Tensor1D,
  temperature: number,
  alpha: number,
) => tf.Tensor;

const objective: Objective = (student, teacher, labels, temperature, alpha) =>
  loss({ student, teacher, labels, temperature, alpha });

const CASES: ReadonlyArray<{ temperature: number; alpha: number; reason: string; message: string }> = [
  { temperature: 1, alpha: 1, reason: 'labels', message: 'With alpha 1 only the loss of the labels counts.' },
  { temperature: 1, alpha: 0, reason: 'teacher', message: 'With alpha 0 only the loss of the teacher counts.' },
  { temperature: 3, alpha: 0, reason: 'temperature', message: 'Hand the temperature on to the loss of the teacher.' },
  { temperature: 2, alpha: 0.3, reason: 'alpha', message: 'alpha weighs the labels, 1 - alpha the teacher.' },
];

function checkObjective(answer: unknown): Diagnosis | undefined {
  if (typeof answer !== 'function')
    return {
      reason: 'type',
      message: 'Expected a function (student, teacher, labels, temperature, alpha) => a scalar tensor.',
    };
  for (const { temperature, alpha, reason, message } of CASES) {
    const of =
      (f: Objective) =>
      ({ student, teacher, labels }: LossInputs): tf.Tensor =>
        f(student, teacher, labels, temperature, alpha);
    const [got, expected] = [answer as Objective, objective].map((f) => lossValue(of(f)));
    if (!near(got, expected)) {
      const where = `temperature ${temperature}, alpha ${alpha}`;
      return { reason, message, expected: expected.toFixed(4), got: String(got), where };
    }
  }
  return undefined;
}

export const D18 = exercise<Objective>({
  id: 'D18',
  title: 'Write the objective of distillation',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt:
    'Put both together: `alpha` times the loss of the labels plus `1 - alpha` times the loss of the teacher. `hardLoss` is yours from D13, `softLoss` from D17. **This function will train your student.**',
  hints: ['`tf.mul(hardLoss(student, labels), alpha)` is the first term.', '`tf.add(first, second)` is the objective.'],
  reference: () => objective,
  check: checkObjective,
});

export const D20 = exercise({
  id: 'D20',
  title: 'Predict what the teacher adds',
  kind: 'prediction',
  topic: 'comparison',
  points: 1,
  unit: 'points',
  range: [-50, 50],
  prompt: 'By how many **percentage points** will the teacher make this student better? Negative numbers mean worse.',
  hints: ['The student is the same, and so are its pictures. Is it held back by its size, or by what it is told?'],
});
