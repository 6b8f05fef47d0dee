import { tf } from '../../backend';
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

/** Pictures as numbers from 0 to 255, mirrored or not: [end - start, height, width, channels]. */
function pixels(dataset: PictureDataset, start: number, end: number, flip: boolean): tf.Tensor4D {
  const [height, width, channels] = dataset.shape;
  const size = dataset.pictureBytes();
  const values = new Float32Array((end - start) * size);
  for (let position = start; position < end; position++) {
    const picture = dataset.picture(position);
    const to = (position - start) * size;
    if (!flip) values.set(picture, to);
    else {
      for (let i = 0; i < size; i += channels) {
        const x = (i / channels) % width;
        const from = i + (width - 1 - 2 * x) * channels;
        for (let c = 0; c < channels; c++) values[to + i + c] = picture[from + c];
      }
    }
  }
  return tf.tensor4d(values, [end - start, height, width, channels]);
}

function checkRange(dataset: PictureDataset, { start, end, batchSize = 100 }: RangeOptions): void {
  const hint = `'${dataset.name}' has ${dataset.count} pictures`;
  integer('start', start, { min: 0, max: dataset.count - 1, hint });
  integer('end', end, { min: start + 1, max: dataset.count, hint });
  integer('batchSize', batchSize, { min: 1 });
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
  for (let first = start; first < end; first += batchSize) {
    signal?.throwIfAborted();
    const last = Math.min(first + batchSize, end);
    const x = pixels(dataset, first, last, flip);
    const logits = labeller.predict(x);
    values.set(logits.dataSync(), (first - start) * classes);
    tf.dispose([x, logits]);
    onBatch?.(last - first);
    await new Promise(setImmediate); // lets an interrupt and the progress bar through
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `The teacher gives ${values[bad]} for picture ${start + Math.floor(bad / classes)}, class ${bad % classes}: its weights or preprocessing are broken.`,
    );
  return { start, end, flip, classes, values };
}
