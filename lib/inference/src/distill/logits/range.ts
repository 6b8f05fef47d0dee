import { floatsOf, tf } from '../../backend';
import type { PictureDataset } from '../../datasets';
import type { Labeller } from './labeller';
import { integer } from '../../check';

/** Which pictures to label. */
export interface RangeOptions {
  /** First position in the set. */
  start: number;
  /** Position after the last one. */
  end: number;
  /** Whether the pictures are mirrored first. Default false. */
  flip?: boolean;
  /** Pictures at a time. Default 100. */
  batchSize?: number;
  /** Asked between batches. */
  signal?: AbortSignal;
  /** Told after each batch how many more pictures are done. */
  onBatch?: (pictures: number) => void;
}

/** Logits of the pictures from `start` to before `end`. */
export interface LogitsRange {
  start: number;
  end: number;
  flip: boolean;
  classes: number;
  /** [end - start, classes], row-major. */
  values: Float32Array;
}

/** Bytes of some pictures of a set, one after the other: [count, height, width, channels]. */
function bytesOfPictures(dataset: PictureDataset, start: number, end: number, count: number): Uint8Array {
  const size = dataset.pictureBytes();
  const bytes = new Uint8Array(count * size);
  for (let position = start; position < end; position++)
    bytes.set(dataset.picture(position), (position - start) * size);
  return bytes;
}

function checkRange(dataset: PictureDataset, { start, end, batchSize = 100 }: RangeOptions): void {
  const hint = `'${dataset.name}' has ${dataset.count} pictures`;
  integer('start', start, { min: 0, max: dataset.count - 1, hint });
  integer('end', end, { min: start + 1, max: dataset.count, hint });
  integer('batchSize', batchSize, { min: 1 });
}

/** Begins to compute the logits of pictures, which are mirrored on the device. */
function label(
  labeller: Labeller,
  bytes: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  flip: boolean,
): tf.Tensor2D {
  return tf.tidy(() => {
    const x = floatsOf(bytes, [bytes.length / (height * width * channels), height, width, channels]);
    return labeller.predict(flip ? tf.reverse4d(x, 2) : x);
  });
}

/**
 * Labels one range of a set: a pure function of teacher, set and range, so that separate processes or machines can
 * compute ranges and {@link joinLogits} put them together.
 */
export async function labelRange(
  labeller: Labeller,
  dataset: PictureDataset,
  options: RangeOptions,
): Promise<LogitsRange> {
  checkRange(dataset, options);
  const { start, end, flip = false, batchSize = 100, signal, onBatch } = options;
  const { classes } = labeller;
  const values = new Float32Array((end - start) * classes);
  const lastOf = (first: number): number => Math.min(first + batchSize, end);
  const begin = (first: number): tf.Tensor2D => {
    const count = labeller.xla ? batchSize : lastOf(first) - first;
    return label(labeller, bytesOfPictures(dataset, first, lastOf(first), count), dataset.shape, flip);
  };
  signal?.throwIfAborted();
  let begun: tf.Tensor2D | undefined = begin(start);
  try {
    for (let first = start; begun; first += batchSize) {
      signal?.throwIfAborted();
      const logits: tf.Tensor2D = begun;
      // A card has the next pictures to compute while these results are read.
      begun = undefined;
      try {
        if (lastOf(first) < end) begun = begin(lastOf(first));
        const rows = lastOf(first) - first;
        values.set(logits.dataSync().subarray(0, rows * classes), (first - start) * classes);
        onBatch?.(rows);
      } finally {
        logits.dispose();
      }
      await new Promise(setImmediate); // lets an interrupt and the progress bar through
    }
  } finally {
    begun?.dispose();
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `The teacher gives ${values[bad]} for picture ${start + Math.floor(bad / classes)}, class ${bad % classes}: its weights or preprocessing are broken.`,
    );
  return { start, end, flip, classes, values };
}
