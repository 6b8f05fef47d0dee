import { tf } from '../backend';
import type { PictureDataset } from '../datasets';
import { inInferenceMode, type Module } from '../nn';
import type { TeacherLogits } from './logits';

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Pictures at a time. Default 250. */
  batchSize?: number;
  /** As in training. */
  normalise?: { mean: readonly number[]; std: readonly number[] };
  /** Logits of another model for the same pictures: how often do both give the same class? */
  compareWith?: TeacherLogits;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** How well a network tells the pictures of a set apart. */
export interface Evaluation {
  /** Share of the pictures told right. */
  accuracy: number;
  /** Share told right of the pictures of each class, in the set's order; NaN for a class without pictures. */
  perClass: number[];
  /** `confusion[true class][told class]`: numbers of pictures. */
  confusion: number[][];
  /** Share of the pictures to which the other model gives the same class; null without one. */
  agreement: number | null;
  /** The class told for each picture. */
  predictions: Int32Array;
}

/** Index of the largest value of each row. */
export function largestOf(values: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[row * classes + c] > values[row * classes + best]) best = c;
    return best;
  });
}

/** The class that a network in inference mode tells for each picture; the network's mode is put back. */
async function predictAll(net: Module, dataset: PictureDataset, options: EvaluateOptions): Promise<Int32Array> {
  const { batchSize = 250, normalise, onProgress, signal } = options;
  const classes = dataset.classes.length;
  const predictions = new Int32Array(dataset.count);
  let done = 0;
  for (const batch of dataset.batches({ batchSize, normalise })) {
    try {
      signal?.throwIfAborted();
      const logits = inInferenceMode(net, () => net.forward(batch.x));
      const values = logits.dataSync();
      logits.dispose();
      if (values.length !== batch.positions.length * classes) {
        throw new Error(
          `The network gives ${values.length / batch.positions.length} outputs a picture, '${dataset.name}' has ${classes} classes.`,
        );
      }
      predictions.set(largestOf(values, classes), done);
      done += batch.positions.length;
    } finally {
      batch.dispose();
    }
    onProgress?.(done, dataset.count);
    await new Promise(setImmediate);
  }
  return predictions;
}

/** Accuracy, per class too, confusion matrix, and agreement with another model. The network is left as it was. */
export async function evaluate(
  net: Module,
  dataset: PictureDataset,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  return summarise(await predictAll(net, dataset, options), dataset, options.compareWith);
}

/** The same for a model whose logits are stored already, such as the teacher. */
export function evaluateLogits(logits: TeacherLogits, dataset: PictureDataset = logits.dataset): Evaluation {
  return summarise(predictionsOf(logits, dataset), dataset);
}

function predictionsOf(logits: TeacherLogits, dataset: PictureDataset): Int32Array {
  const rows = logits.rows(
    dataset,
    Uint32Array.from({ length: dataset.count }, (_, i) => i),
  );
  const told = largestOf(rows.dataSync(), logits.classes);
  tf.dispose(rows);
  return told;
}

function summarise(predictions: Int32Array, dataset: PictureDataset, other?: TeacherLogits): Evaluation {
  const classes = dataset.classes.length;
  const confusion = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
  dataset.labels().forEach((label, i) => void confusion[label][predictions[i]]++);
  const perClass = confusion.map((row, c) => row[c] / row.reduce((a, b) => a + b, 0));
  const right = confusion.reduce((sum, row, c) => sum + row[c], 0);
  const theirs = other ? predictionsOf(other, dataset) : null;
  const agreement = theirs ? predictions.filter((told, i) => told === theirs[i]).length / dataset.count : null;
  return { accuracy: right / dataset.count, perClass, confusion, agreement, predictions };
}
