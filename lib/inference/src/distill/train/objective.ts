import { tf } from '../../backend';
import type { Batch, PictureDataset } from '../../datasets';
import { checkTargets, crossEntropyEach, loss, softDivergenceEach } from '../loss';
import { shapeText } from '../../shape';
import type { Settings, TrainingObjective } from './options';

/** Stands in place of a class number that the objective must not know: `tf.oneHot` makes a row of zeros of it. */
const NO_LABEL = -1;

/** The loss of one batch: student's logits [batch, classes] to a scalar. `dispose` frees the teacher's share. */
export interface Objective {
  of(student: tf.Tensor): tf.Scalar;
  /** What it reads besides the student's logits. */
  reads: readonly tf.Tensor[];
  /** Those of them whose values are checked in JavaScript: `of` does so itself, and so does `check`. */
  checked: readonly tf.Tensor[];
  /** @throws for values that no loss can be of */
  check(): void;
  dispose(): void;
}

/** Rows of the source whose labels may be used. */
export function labelledRows(labelled: PictureDataset | undefined): ReadonlySet<number> | null {
  return labelled ? new Set(Array.from({ length: labelled.count }, (_, i) => labelled.sourceRow(i))) : null;
}

/**
 * What the student is asked to do with one batch: `loss`, or, where only some pictures have labels, the mean over the
 * pictures of the same expression with alpha 0 for those without; or the caller's own objective.
 */
export function objective(
  dataset: PictureDataset,
  batch: Batch,
  settings: Settings,
  withLabels: ReadonlySet<number> | null,
): Objective {
  const { alpha, temperature, teacherLogits } = settings;
  const { labels, positions, flipped } = batch;
  const needsTeacher = alpha < 1 || withLabels !== null || settings.objective !== undefined;
  const teacher = needsTeacher ? teacherLogits?.rows(dataset, positions, flipped) : undefined;
  if (settings.objective && teacher) {
    const known = withLabels ? labelsWithin(dataset, batch, withLabels) : tf.clone(labels);
    const { objective: own } = settings;
    return {
      of: (student) => ownLoss(own, student, teacher, known),
      reads: [teacher, known],
      checked: [],
      check: () => undefined,
      dispose: () => tf.dispose([teacher, known]),
    };
  }
  const reads = teacher ? [labels, teacher] : [labels];
  const check = (): void =>
    checkTargets(teacher, withLabels || alpha > 0 ? labels : undefined, [positions.length, dataset.classes.length]);
  if (!withLabels || !teacher) {
    return {
      of: (student) => loss({ student, teacher, labels, temperature, alpha }),
      reads,
      checked: reads,
      check,
      dispose: () => teacher?.dispose(),
    };
  }
  const alphas = tf.tensor1d(
    Float32Array.from(positions, (position) => (withLabels.has(dataset.sourceRow(position)) ? alpha : 0)),
  );
  return {
    of: (student) =>
      tf.tidy(() => {
        const hard = tf.mul(crossEntropyEach(student, labels), alphas);
        const soft = tf.mul(softDivergenceEach(student, teacher, temperature), tf.sub(1, alphas));
        return tf.mean<tf.Scalar>(tf.add(hard, soft));
      }),
    reads: [...reads, alphas],
    checked: reads,
    check,
    dispose: () => tf.dispose([teacher, alphas]),
  };
}

/** Class numbers of a batch, {@link NO_LABEL} for pictures whose labels may not be used. */
function labelsWithin(dataset: PictureDataset, { labels, positions }: Batch, within: ReadonlySet<number>): tf.Tensor {
  const values = Int32Array.from(labels.dataSync(), (label, i) =>
    within.has(dataset.sourceRow(positions[i])) ? label : NO_LABEL,
  );
  return tf.tensor1d(values, 'int32');
}

/** The caller's loss, which must be one number. */
function ownLoss(own: TrainingObjective, student: tf.Tensor, teacher: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const value: unknown = own(student as tf.Tensor2D, teacher as tf.Tensor2D, labels as tf.Tensor1D);
    if (!(value instanceof tf.Tensor) || value.size !== 1 || value.dtype !== 'float32') {
      const got = value instanceof tf.Tensor ? `a tensor ${shapeText(value.shape)} of ${value.dtype}` : typeof value;
      throw new Error(`The objective must return its loss as one number, a scalar tensor of float32; got ${got}.`);
    }
    return tf.reshape<tf.Rank.R0>(value, []);
  });
}
