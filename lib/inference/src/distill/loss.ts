import { isNative, rawOp, tf } from '../backend';
import { finite, fraction } from '../check';
import { shapeText } from '../shape';

/** What {@link loss} takes. */
export interface DistillationLossInputs {
  /** Logits of the student, [batch, classes]. */
  student: tf.Tensor;
  /** Logits of the teacher, [batch, classes]; may be left out where alpha is 1. */
  teacher?: tf.Tensor;
  /** Class numbers, [batch], int32; may be left out where alpha is 0. */
  labels?: tf.Tensor;
  /** Softens both distributions; above 0. Default 1. */
  temperature?: number;
  /** Share of the labels, from 0 (teacher only) to 1 (labels only). Default 0.5. */
  alpha?: number;
}

/** Logarithms of the probabilities of each row, [batch, classes]; one kernel on TensorFlow, where tfjs composes six. */
function logSoftmax(logits: tf.Tensor): tf.Tensor {
  if (!isNative()) return tf.logSoftmax(logits);
  const run = tf.customGrad((x, save) => {
    const [value] = rawOp('LogSoftmax', { T: { type: 'float32' } }, [x as tf.Tensor]);
    (save as tf.GradSaveFunc)([value]);
    const gradFunc = (dy: tf.Tensor, [y]: tf.Tensor[]): tf.Tensor => tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, 1, true)));
    return { value, gradFunc };
  });
  return run(logits);
}

/** Mean cross-entropy of logits against class numbers (`torch.nn.functional.cross_entropy`). */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(crossEntropyEach(logits, labels)));
}

/** Cross-entropy of each picture: [batch]. */
export function crossEntropyEach(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = checkLogits('student', logits);
  checkLabels(labels, logits.shape[0], classes);
  return tf.tidy(() => tf.neg(tf.sum(tf.mul(tf.oneHot(labels as tf.Tensor1D, classes), logSoftmax(logits)), 1)));
}

/** Mean over the batch of KL(teacher ‖ student) at a temperature, times its square, which keeps gradients of one size. */
export function softDivergence(student: tf.Tensor, teacher: tf.Tensor, temperature: number): tf.Scalar {
  return tf.tidy(() => tf.mean<tf.Scalar>(softDivergenceEach(student, teacher, temperature)));
}

/** T² · KL(teacher ‖ student) of each picture: [batch]. */
export function softDivergenceEach(student: tf.Tensor, teacher: tf.Tensor, temperature: number): tf.Tensor {
  const classes = checkLogits('student', student);
  if (checkLogits('teacher', teacher) !== classes || teacher.shape[0] !== student.shape[0]) {
    throw new Error(
      `The teacher's logits must have the student's shape ${shapeText(student.shape)}, got ${shapeText(teacher.shape)}.`,
    );
  }
  refuseBoundless(teacher);
  return tf.tidy(() => {
    const log = (logits: tf.Tensor): tf.Tensor => logSoftmax(tf.div(logits, temperature));
    const target = log(teacher);
    const divergence = tf.sum(tf.mul(tf.exp(target), tf.sub(target, log(student))), 1);
    return tf.mul(divergence, temperature * temperature);
  });
}

/**
 * Knowledge distillation (Hinton et al. 2015): alpha · CE(student, labels) + (1 - alpha) · T² · KL(teacher_T ‖ student_T),
 * both terms as means over the batch. Differentiable in the student; computed from log-probabilities, so that large
 * logits neither overflow nor lose the tail.
 *
 * @throws for a temperature that is not positive, alpha outside [0, 1], labels out of range, other shapes
 * @example
 * ```ts
 * const student = tf.tensor2d([[0, 0], [0, 0]]);
 * const teacher = tf.tensor2d([[0, 0], [0, 0]]);
 * const labels = tf.tensor1d([0, 1], 'int32');
 * const value = distill.loss({ student, teacher, labels, temperature: 4, alpha: 0.5 }).dataSync()[0];
 * Math.abs(value - 0.5 * Math.log(2)) < 1e-6; // => true
 * ```
 */
export function loss({ student, teacher, labels, temperature = 1, alpha = 0.5 }: DistillationLossInputs): tf.Scalar {
  checkSettings(temperature, alpha);
  if (alpha > 0 && !labels)
    throw new Error(`alpha ${alpha} weighs the labels, but there are none: give labels, or alpha 0.`);
  if (alpha < 1 && !teacher)
    throw new Error(`alpha ${alpha} weighs the teacher, but there are no logits of it: give teacher, or alpha 1.`);
  return tf.tidy(() => {
    const terms: tf.Tensor[] = [];
    if (alpha > 0) terms.push(tf.mul(crossEntropy(student, labels as tf.Tensor), alpha));
    if (alpha < 1) terms.push(tf.mul(softDivergence(student, teacher as tf.Tensor, temperature), 1 - alpha));
    return tf.addN(terms) as tf.Scalar;
  });
}

/**
 * The plain form of the exercise: cross-entropy with the labels plus cross-entropy with the teacher's probabilities, no
 * temperature and no weights.
 */
export function plainLoss({
  student,
  teacher,
  labels,
}: {
  student: tf.Tensor;
  teacher: tf.Tensor;
  labels: tf.Tensor;
}): tf.Scalar {
  refuseBoundless(teacher);
  return tf.tidy(() => {
    const soft = tf.neg(tf.mean(tf.sum(tf.mul(tf.softmax(teacher), logSoftmax(student)), 1)));
    return tf.add<tf.Scalar>(crossEntropy(student, labels), soft);
  });
}

/** Refuses settings that no loss can have. */
export function checkSettings(temperature: number, alpha: number): void {
  finite('temperature', temperature, { above: 0 });
  fraction('alpha', alpha);
}

/**
 * Refuses values of labels and teacher's logits that `loss` would refuse.
 *
 * @param shape [batch, classes]
 */
export function checkTargets(
  teacher: tf.Tensor | undefined,
  labels: tf.Tensor | undefined,
  [batch, classes]: readonly [number, number],
): void {
  if (teacher) refuseBoundless(teacher);
  if (labels) checkLabels(labels, batch, classes);
}

function checkLogits(whose: string, logits: tf.Tensor): number {
  if (logits.rank !== 2)
    throw new Error(`The ${whose}'s logits must have shape [batch, classes], got ${shapeText(logits.shape)}.`);
  return logits.shape[1] as number;
}

/** Refuses logits of a teacher that are not finite: they would turn the loss into NaN. */
function refuseBoundless(teacher: tf.Tensor): void {
  const values = teacher.dataSync();
  const bad = values.findIndex((value: number) => !Number.isFinite(value));
  if (bad < 0) return;
  const classes = teacher.shape[1] as number;
  throw new Error(
    `The teacher's logit of picture ${Math.floor(bad / classes)} of the batch for class ${bad % classes} is ${values[bad]}: ` +
      'logits must be finite; in place of -Infinity give a large negative number, such as -100.',
  );
}

function checkLabels(labels: tf.Tensor, batch: number, classes: number): void {
  if (labels.rank !== 1 || labels.shape[0] !== batch) {
    throw new Error(`The labels must have shape [${batch}], one a picture, got ${shapeText(labels.shape)}.`);
  }
  const wrong = Array.from(labels.dataSync()).find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes),
  );
  if (wrong !== undefined) throw new Error(`Labels must be class numbers from 0 to ${classes - 1}, got ${wrong}.`);
}
