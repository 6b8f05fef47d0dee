import { tf } from '../../backend';
import type { PictureDataset } from '../../datasets';
import type { LogitsRange } from './range';

/** The teacher's logits of a whole set, plain and, if wanted, mirrored. They serve the set and every part of it. */
export class TeacherLogits {
  /** Where the logits of each picture of the source lie, or -1. */
  private readonly at: Int32Array;

  /**
   * @param plain [count, classes] in the set's order
   * @param mirrored the same for mirrored pictures, or null
   */
  constructor(
    readonly dataset: PictureDataset,
    readonly classes: number,
    readonly plain: Float32Array,
    readonly mirrored: Float32Array | null,
  ) {
    for (const values of [plain, mirrored]) {
      if (values && values.length !== dataset.count * classes) {
        throw new Error(
          `Logits of ${dataset.count} pictures and ${classes} classes are ${dataset.count * classes} numbers, got ${values.length}.`,
        );
      }
      const bad = values?.findIndex((value) => !Number.isFinite(value)) ?? -1;
      if (values && bad >= 0)
        throw new Error(
          `The teacher's logit of picture ${Math.floor(bad / classes)} for class ${bad % classes} is ${values[bad]}: logits ` +
            'must be finite; in place of -Infinity give a large negative number, such as -100.',
        );
    }
    this.at = new Int32Array(dataset.source.labels.length).fill(-1);
    for (let position = 0; position < dataset.count; position++) this.at[dataset.sourceRow(position)] = position;
  }

  get count(): number {
    return this.dataset.count;
  }

  /**
   * Logits of some pictures of `part`, as a batch lists them.
   *
   * @param part the labelled set or a part of it (`split`, `subset`, `select`)
   * @param positions in `part`
   * @param flipped 1 where the picture was mirrored
   * @returns [positions.length, classes], the caller's to free
   */
  rows(part: PictureDataset, positions: ArrayLike<number>, flipped?: ArrayLike<number>): tf.Tensor2D {
    const out = new Float32Array(positions.length * this.classes);
    for (let i = 0; i < positions.length; i++) {
      const values = flipped?.[i] ? this.mirrored : this.plain;
      if (!values)
        throw new Error(
          'The batch holds mirrored pictures, but their logits were not stored: pass flips: true to teacherLogits, or train with flip: false.',
        );
      const from = this.find(part, positions[i]) * this.classes;
      out.set(values.subarray(from, from + this.classes), i * this.classes);
    }
    return tf.tensor2d(out, [positions.length, this.classes]);
  }

  /** Refuses a part with a picture that was not labelled. */
  checkCovers(part: PictureDataset): void {
    for (let position = 0; position < part.count; position++) this.find(part, position);
  }

  private find(part: PictureDataset, position: number): number {
    const at = part.source === this.dataset.source ? this.at[part.sourceRow(position)] : -1;
    if (at < 0) {
      throw new Error(
        `There are no teacher's logits for picture ${position} of '${part.name}': they were computed for ${this.count} pictures of '${this.dataset.name}'.`,
      );
    }
    return at;
  }

  /**
   * Share of the pictures whose largest logit is their label's.
   *
   * @param view which logits; 'mirrored' only where they were stored. Default 'plain'
   */
  accuracy(view: 'plain' | 'mirrored' = 'plain'): number {
    const values = this[view];
    if (!values) throw new Error('The logits of mirrored pictures were not stored: pass flips: true to teacherLogits.');
    let right = 0;
    for (let position = 0; position < this.count; position++) {
      const row = values.subarray(position * this.classes, (position + 1) * this.classes);
      if (row.indexOf(Math.max(...row)) === this.dataset.label(position)) right++;
    }
    return right / this.count;
  }
}

function joined(dataset: PictureDataset, ranges: readonly LogitsRange[], classes: number, kind: string): Float32Array {
  const values = new Float32Array(dataset.count * classes);
  let next = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (range.start !== next)
      throw new Error(
        `The ${kind} ranges ${range.start < next ? 'overlap' : 'leave a gap'} at picture ${Math.min(range.start, next)}.`,
      );
    if (range.classes !== classes)
      throw new Error(`Ranges of ${classes} and of ${range.classes} classes cannot be joined.`);
    values.set(range.values, range.start * classes);
    next = range.end;
  }
  if (next !== dataset.count)
    throw new Error(`The ${kind} ranges end at picture ${next}, '${dataset.name}' has ${dataset.count}.`);
  return values;
}

/**
 * Puts ranges from {@link labelRange} together, in whatever order they come.
 * @throws when they leave a gap, overlap, or do not cover the set
 */
export function joinLogits(dataset: PictureDataset, ranges: readonly LogitsRange[]): TeacherLogits {
  const of = (flip: boolean): LogitsRange[] => ranges.filter((range) => range.flip === flip);
  const classes = ranges[0]?.classes ?? dataset.classes.length;
  const mirrored = of(true);
  return new TeacherLogits(
    dataset,
    classes,
    joined(dataset, of(false), classes, 'plain'),
    mirrored.length > 0 ? joined(dataset, mirrored, classes, 'mirrored') : null,
  );
}
