import { createHash } from 'node:crypto';
import { batches, type Batch, type BatchOptions } from './batches';
import { everyRow, LabelledSet, type Labelled } from './labelled';

/** Pictures in memory: bytes once, in one array, with one label each. */
export interface Pictures extends Labelled {
  height: number;
  width: number;
  channels: number;
  /** [count, height, width, channels], 0 to 255. */
  pixels: Uint8Array;
  labels: Uint8Array;
}

/**
 * A set of labelled pictures in memory, or a part of one: parts share the bytes and hold only which pictures they mean,
 * in which order. Positions (`picture(3)`, a batch's `positions`) count within the part.
 */
export class PictureDataset extends LabelledSet<PictureDataset> {
  constructor(
    readonly source: Pictures,
    rows: Uint32Array = everyRow(source),
  ) {
    super(source, rows);
  }

  /** [height, width, channels] */
  get shape(): [number, number, number] {
    return [this.source.height, this.source.width, this.source.channels];
  }

  /** One picture's bytes [height, width, channels]: a view, not a copy. */
  picture(position: number): Uint8Array {
    const size = this.pictureBytes();
    const row = this.sourceRow(position);
    return this.source.pixels.subarray(row * size, (row + 1) * size);
  }

  pictureBytes(): number {
    return this.source.height * this.source.width * this.source.channels;
  }

  /** Batches as tensors, one after the other; see BatchOptions. Each must be disposed of by its taker. */
  batches(options: BatchOptions): Generator<Batch, void, undefined> {
    return batches(this, options);
  }

  /** Hash of pictures, labels and order: equal exactly when two sets give the same batches. For caches. */
  fingerprint(): string {
    const hash = createHash('sha256').update(JSON.stringify([this.shape, this.classes]));
    for (let position = 0; position < this.count; position++) hash.update(this.picture(position));
    return hash.update(this.labels()).digest('hex');
  }

  protected override part(rows: Uint32Array): PictureDataset {
    return new PictureDataset(this.source, rows);
  }
}

/** Builds a set from bytes, after checking that they fit together. */
export function fromPictures(source: Pictures): PictureDataset {
  const { name, labels, pixels, classes } = source;
  const expected = labels.length * source.height * source.width * source.channels;
  if (pixels.length !== expected) {
    throw new Error(
      `${name}: ${labels.length} pictures of ${source.height}x${source.width}x${source.channels} have ` +
        `${expected} bytes, got ${pixels.length}.`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes.length);
  if (wrong >= 0)
    throw new Error(`${name}: picture ${wrong} has label ${labels[wrong]}, expected 0 to ${classes.length - 1}.`);
  return new PictureDataset(source);
}
