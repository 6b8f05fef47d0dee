import { floatsOf, onCard, tf } from '../../backend';
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
  /**
   * Batches that go to the device, and whose results come back, together: a card waits for each way. Default: on a card as
   * many as 16 MiB of bytes hold, else 1. The results do not depend on it.
   */
  batchesTogether?: number;
  /** Asked between batches, or those that go together. */
  signal?: AbortSignal;
  /** Told after each batch, or those that go together, how many more pictures are done. */
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

function checkRange(dataset: PictureDataset, { start, end, batchSize = 100, batchesTogether = 1 }: RangeOptions): void {
  const hint = `'${dataset.name}' has ${dataset.count} pictures`;
  integer('start', start, { min: 0, max: dataset.count - 1, hint });
  integer('end', end, { min: start + 1, max: dataset.count, hint });
  integer('batchSize', batchSize, { min: 1 });
  integer('batchesTogether', batchesTogether, { min: 1 });
}

const TOGETHER_BYTES = 2 ** 24;

const batchesForDevice = (dataset: PictureDataset, batchSize: number): number =>
  onCard() ? Math.max(1, Math.floor(TOGETHER_BYTES / (batchSize * dataset.pictureBytes()))) : 1;

/** Begins to compute the logits of pictures, batch by batch; they are mirrored on the device. */
function label(
  labeller: Labeller,
  bytes: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { flip, batchSize }: { flip: boolean; batchSize: number },
): tf.Tensor2D {
  return tf.tidy(() => {
    const count = bytes.length / (height * width * channels);
    const plain = floatsOf(bytes, [count, height, width, channels]);
    const x = flip ? tf.reverse4d(plain, 2) : plain;
    if (count <= batchSize) return labeller.predict(x);
    const starts = Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => i * batchSize);
    return tf.concat2d(
      starts.map((start) => {
        const batch = tf.slice4d(x, [start, 0, 0, 0], [Math.min(batchSize, count - start), -1, -1, -1]);
        return labeller.predict(batch);
      }),
      0,
    );
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
  const step = batchSize * (options.batchesTogether ?? batchesForDevice(dataset, batchSize));
  const lastOf = (first: number): number => Math.min(first + step, end);
  const gather = (first: number): Uint8Array => {
    const rows = lastOf(first) - first;
    return bytesOfPictures(
      dataset,
      first,
      lastOf(first),
      labeller.xla ? Math.ceil(rows / batchSize) * batchSize : rows,
    );
  };
  let bytes = gather(start);
  for (let first = start; first < end; first += step) {
    signal?.throwIfAborted();
    const logits = label(labeller, bytes, dataset.shape, { flip, batchSize });
    // A card computes on its own from here until the logits are asked for.
    if (lastOf(first) < end) bytes = gather(lastOf(first));
    const rows = lastOf(first) - first;
    values.set(logits.dataSync().subarray(0, rows * classes), (first - start) * classes);
    logits.dispose();
    onBatch?.(rows);
    await new Promise(setImmediate); // lets an interrupt and the progress bar through
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `The teacher gives ${values[bad]} for picture ${start + Math.floor(bad / classes)}, class ${bad % classes}: its weights or preprocessing are broken.`,
    );
  return { start, end, flip, classes, values };
}
