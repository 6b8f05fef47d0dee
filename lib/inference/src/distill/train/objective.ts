import { tf } from '../../backend';
import type { Batch, PictureDataset } from '../../datasets';
import { crossEntropyEach, loss, softDivergenceEach } from '../loss';
import type { Settings } from './options';

/** The loss of one batch: student's logits [batch, classes] to a scalar. `dispose` frees the teacher's share. */
export interface Objective {
  of(student: tf.Tensor): tf.Scalar;
  dispose(): void;
}

/** Rows of the source whose labels may be used. */
export function labelledRows(labelled: PictureDataset | undefined): ReadonlySet<number> | null {
  return labelled ? new Set(Array.from({ length: labelled.count }, (_, i) => labelled.sourceRow(i))) : null;
}

/**
 * What the student is asked to do with one batch: `loss`, or, where only some pictures have labels, the mean over the
 * pictures of the same expression with alpha 0 for those without.
 */
export function objective(
  dataset: PictureDataset,
  batch: Batch,
  settings: Settings,
  withLabels: ReadonlySet<number> | null,
): Objective {
  const { alpha, temperature, teacherLogits } = settings;
  const { labels, positions, flipped } = batch;
  const teacher = alpha < 1 || withLabels ? teacherLogits?.rows(dataset, positions, flipped) : undefined;
  if (!withLabels || !teacher) {
    return {
      of: (student) => loss({ student, teacher, labels, temperature, alpha }),
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
    dispose: () => tf.dispose([teacher, alphas]),
  };
}
