import { integer } from '../check';
import { shuffled } from './order';

/** What is known of labelled pictures without their pixels. */
export interface Labelled {
  name: string;
  /** Names of the classes; a label is an index into them. */
  classes: readonly string[];
  /** [count] */
  labels: Uint8Array | Uint16Array;
}

/** Rows of a source, all in order. */
export function everyRow({ labels }: Labelled): Uint32Array {
  return Uint32Array.from({ length: labels.length }, (_, i) => i);
}

/** What sets of labelled pictures share, wherever the pixels lie: which rows of a source they mean, in which order. */
export abstract class LabelledSet<Self extends LabelledSet<Self>> {
  /** Pictures in this part. */
  readonly count: number;

  protected constructor(
    private readonly known: Labelled,
    private readonly rows: Uint32Array,
  ) {
    this.count = rows.length;
    if (this.count === 0) throw new Error(`${known.name}: the set would be empty.`);
  }

  get name(): string {
    return this.known.name;
  }
  get classes(): readonly string[] {
    return this.known.classes;
  }

  label(position: number): number {
    return this.known.labels[this.sourceRow(position)];
  }

  /** All labels in order. */
  labels(): Int32Array {
    return Int32Array.from(this.rows, (row) => this.known.labels[row]);
  }

  /** Where the picture at this position lies in the source: the same picture has the same row in every part of a set. */
  sourceRow(position: number): number {
    const row = this.rows[position];
    if (row === undefined) throw new Error(`${this.name} has positions 0 to ${this.count - 1}, got ${position}.`);
    return row;
  }

  /** The pictures at these positions, in this order. */
  select(positions: ArrayLike<number>): Self {
    return this.part(Uint32Array.from(positions, (position) => this.sourceRow(position)));
  }

  /** A random part of `count` pictures, equally many of each class as far as the classes reach; kept in order. */
  subset({ count, seed }: { count: number; seed: number }): Self {
    return count === this.count ? this.whole() : this.split({ count, seed })[0];
  }

  /** Two parts: `count` random pictures, balanced over the classes, and the rest. For a held-out part to choose by. */
  split({ count, seed }: { count: number; seed: number }): [Self, Self] {
    const hint = `'${this.name}' has ${this.count} pictures and each part needs one`;
    integer('count', count, { min: 1, max: this.count - 1, hint });
    const order = this.interleaved(seed);
    const part = (positions: Uint32Array): Self => this.select(positions.sort());
    return [part(order.slice(0, count)), part(order.slice(count))];
  }

  /** The first `limit` pictures, or with a seed a random, balanced choice; all without a limit. */
  limited(limit: number | undefined, seed: number | undefined): Self {
    if (limit === undefined || limit === this.count) return this.whole();
    if (limit > this.count)
      throw new Error(`${this.name} has ${this.count} pictures, fewer than the limit of ${limit}.`);
    return seed === undefined
      ? this.select(Uint32Array.from({ length: limit }, (_, i) => i))
      : this.subset({ count: limit, seed });
  }

  /** A set of other rows of the same source. */
  protected abstract part(rows: Uint32Array): Self;

  private whole(): Self {
    return this as unknown as Self;
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
}
