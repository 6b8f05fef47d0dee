import { createHash } from 'node:crypto';
import { batches, type Batch, type BatchOptions } from './batches';
import { integer } from '../check';
import { shuffled } from './order';

/** Pictures in memory: bytes once, in one array, with one label each. */
export interface Pictures {
  name: string;
  /** Names of the classes; a label is an index into them. */
  classes: readonly string[];
  height: number;
  width: number;
  channels: number;
  /** [count, height, width, channels], 0 to 255. */
  pixels: Uint8Array;
  /** [count] */
  labels: Uint8Array;
}

/**
 * A set of labelled pictures, or a part of one: parts share the bytes and hold only which pictures they mean, in which
 * order. Positions (`picture(3)`, a batch's `positions`) count within the part.
 */
export class PictureDataset {
  /** Pictures in this part. */
  readonly count: number;

  constructor(
    readonly source: Pictures,
    private readonly rows: Uint32Array = everyRow(source),
  ) {
    this.count = rows.length;
    if (this.count === 0) throw new Error(`${source.name}: the set would be empty.`);
  }

  get name(): string {
    return this.source.name;
  }
  get classes(): readonly string[] {
    return this.source.classes;
  }
  /** [height, width, channels] */
  get shape(): [number, number, number] {
    return [this.source.height, this.source.width, this.source.channels];
  }

  label(position: number): number {
    return this.source.labels[this.row(position)];
  }

  /** All labels in order. */
  labels(): Int32Array {
    return Int32Array.from(this.rows, (row) => this.source.labels[row]);
  }

  /** One picture's bytes [height, width, channels]: a view, not a copy. */
  picture(position: number): Uint8Array {
    const size = this.pictureBytes();
    const row = this.row(position);
    return this.source.pixels.subarray(row * size, (row + 1) * size);
  }

  /** Where the picture at this position lies in `source`: the same picture has the same row in every part of a set. */
  sourceRow(position: number): number {
    return this.row(position);
  }

  pictureBytes(): number {
    return this.source.height * this.source.width * this.source.channels;
  }

  /** The pictures at these positions, in this order. */
  select(positions: ArrayLike<number>): PictureDataset {
    return new PictureDataset(
      this.source,
      Uint32Array.from(positions, (position) => this.row(position)),
    );
  }

  /** A random part of `count` pictures, equally many of each class as far as the classes reach; kept in order. */
  subset({ count, seed }: { count: number; seed: number }): PictureDataset {
    return count === this.count ? this : this.split({ count, seed })[0];
  }

  /** Two parts: `count` random pictures, balanced over the classes, and the rest. For a held-out part to choose by. */
  split({ count, seed }: { count: number; seed: number }): [PictureDataset, PictureDataset] {
    const hint = `'${this.name}' has ${this.count} pictures and each part needs one`;
    integer('count', count, { min: 1, max: this.count - 1, hint });
    const order = this.interleaved(seed);
    const part = (positions: Uint32Array): PictureDataset => this.select(positions.sort());
    return [part(order.slice(0, count)), part(order.slice(count))];
  }

  /** Positions in random order, one of each class after the other. */
  private interleaved(seed: number): Uint32Array {
    const byClass: number[][] = this.classes.map(() => []);
    for (const position of shuffled(this.count, seed)) byClass[this.label(position)].push(position);
    const order = new Uint32Array(this.count);
    for (let turn = 0, filled = 0; filled < this.count; turn++) {
      for (const positions of byClass) if (turn < positions.length) order[filled++] = positions[turn];
    }
    return order;
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

  private row(position: number): number {
    const row = this.rows[position];
    if (row === undefined) throw new Error(`${this.name} has positions 0 to ${this.count - 1}, got ${position}.`);
    return row;
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

/** The first `limit` pictures, or with a seed a random, balanced choice. */
export function limited(set: PictureDataset, limit: number | undefined, seed: number | undefined): PictureDataset {
  if (limit === undefined || limit === set.count) return set;
  if (limit > set.count) throw new Error(`${set.name} has ${set.count} pictures, fewer than the limit of ${limit}.`);
  return seed === undefined
    ? set.select(Uint32Array.from({ length: limit }, (_, i) => i))
    : set.subset({ count: limit, seed });
}

function everyRow({ labels }: Pictures): Uint32Array {
  return Uint32Array.from({ length: labels.length }, (_, i) => i);
}
