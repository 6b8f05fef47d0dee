import type { tf } from '../backend';
import { integer } from '../check';
import { FileDataset, type PictureDataset } from '../datasets';
import type { ModelWeights } from '../models';
import type { Picture } from '../picture';
import { logitsOf, weightsFor, type Classifier } from './predict';
import { preprocess, type Preprocess } from './preprocess';

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Pictures at a time. Default 32. */
  batchSize?: number;
  /** How pictures are prepared and what the outputs mean. Default: the weights that `models.pretrained` loaded. */
  weights?: ModelWeights;
  /** Which output belongs to each class of the set. Default: what the set knows, else by the classes' names. */
  indices?: readonly number[];
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** How often a network is right. */
export interface Accuracy {
  /** Pictures that it was asked about. */
  count: number;
  /** Share of the pictures whose class is the network's first answer, from 0 to 1. */
  top1: number;
  /** Share whose class is among its first five. */
  top5: number;
  /** Where the share of all such pictures lies, with 95 % confidence: Wilson's interval (1927). */
  top1Interval: readonly [low: number, high: number];
  top5Interval: readonly [low: number, high: number];
}

/**
 * Measures how often a network tells the pictures of a set right, among all of its classes.
 *
 * @param net loaded by `models.pretrained`, or another with `weights`: compiled, pruned, quantized
 * @param dataset a folder of pictures, Imagenette, or a set in memory
 * @example
 * ```ts
 * const net = models.create('small_cnn', { seed: 0 }); // not trained, so it guesses
 * const weights = { ...models.weights('resnet18', 'DEFAULT'), resizeSize: 32, cropSize: 32 };
 * const { count, top1Interval } = await models.evaluate(net, datasets.generated({ count: 20, seed: 0 }), { weights });
 * [count, top1Interval[0] < top1Interval[1]]; // => [20, true]
 * ```
 * @throws where it cannot be told which output belongs to a class of the set
 */
export async function evaluate(
  net: Classifier,
  dataset: FileDataset | PictureDataset,
  { batchSize = 32, weights, indices, onProgress, signal }: EvaluateOptions = {},
): Promise<Accuracy> {
  const known = weightsFor('models.evaluate', net, weights);
  integer('batchSize', batchSize, { min: 1 });
  const prepare = preprocess(known);
  let [done, first, five] = [0, 0, 0];
  for await (const { x, labels } of prepared(dataset, prepare, batchSize)) {
    try {
      signal?.throwIfAborted();
      const { values, classes } = logitsOf(net, x);
      const outputs = outputsOf(dataset, known, classes, indices);
      labels.forEach((label, i) => {
        const rank = rankOf(values.subarray(i * classes, (i + 1) * classes), outputs[label]);
        if (rank === 0) first++;
        if (rank < 5) five++;
      });
      done += labels.length;
    } finally {
      x.dispose();
    }
    onProgress?.(done, dataset.count);
    await new Promise(setImmediate);
  }
  const [top1, top5] = [first / done, five / done];
  return { count: done, top1, top5, top1Interval: wilson(first, done), top5Interval: wilson(five, done) };
}

interface Prepared {
  x: tf.Tensor4D;
  labels: readonly number[];
}

async function* prepared(
  dataset: FileDataset | PictureDataset,
  prepare: Preprocess,
  batchSize: number,
): AsyncGenerator<Prepared, void, undefined> {
  const labelsAt = (positions: readonly number[]): number[] => positions.map((position) => dataset.label(position));
  if (dataset instanceof FileDataset) {
    for await (const batch of dataset.batches({ batchSize, prepare })) {
      batch.labels.dispose();
      yield { x: batch.x, labels: labelsAt([...batch.positions]) };
    }
    return;
  }
  const [height, width, channels] = dataset.shape;
  for (let start = 0; start < dataset.count; start += batchSize) {
    const size = Math.min(batchSize, dataset.count - start);
    const positions = Array.from({ length: size }, (_, i) => start + i);
    const pictures = positions.map((position): Picture => ({
      height,
      width,
      channels,
      data: dataset.picture(position),
    }));
    yield { x: prepare(pictures), labels: labelsAt(positions) };
  }
}

/** Which output belongs to each class of the set. */
function outputsOf(
  dataset: FileDataset | PictureDataset,
  { categories, model }: ModelWeights,
  outputs: number,
  given: readonly number[] | undefined,
): readonly number[] {
  const { classes, name } = dataset;
  const own =
    given ?? (outputs === categories?.length && dataset instanceof FileDataset ? dataset.source.indices : undefined);
  if (own) {
    if (own.length === classes.length && own.every((index) => Number.isInteger(index) && index >= 0 && index < outputs))
      return own;
    throw new Error(
      `Option indices must give each of the ${classes.length} classes of '${name}' an output from 0 to ${outputs - 1}, got ` +
        `[${own.slice(0, 10).join(', ')}${own.length > 10 ? ', ...' : ''}].`,
    );
  }
  if (classes.length === outputs) return classes.map((_, i) => i);
  const found = classes.map((text) => (categories ?? []).indexOf(text));
  const strange = classes.find((text, i) => found[i] < 0 || categories?.lastIndexOf(text) !== found[i]);
  if (outputs === categories?.length && strange === undefined) return found;
  throw new Error(
    `'${name}' has ${classes.length} classes, this ${model} ${outputs} outputs` +
      (strange === undefined ? '' : `, and none or several of these are named '${strange}'`) +
      ': say which output belongs to each class by the option indices.',
  );
}

/** How many values are larger; of equal ones the first counts as larger. NaN is the last of all. */
function rankOf(values: Float32Array, index: number): number {
  const own = values[index];
  if (Number.isNaN(own)) return values.length;
  let rank = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > own || (values[i] === own && i < index)) rank++;
  return rank;
}

/** Quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/** Wilson's interval of 95 % for a share; it stays within 0 and 1, also where all or none are right. */
function wilson(right: number, count: number): readonly [number, number] {
  const share = right / count;
  const centre = share + Z ** 2 / (2 * count);
  const reach = Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  const whole = 1 + Z ** 2 / count;
  return [Math.max(0, (centre - reach) / whole), Math.min(1, (centre + reach) / whole)];
}
