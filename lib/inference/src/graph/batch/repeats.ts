import { sizeOf, type RepeatAttributes, type Shape } from '../../nn/ops';

/** Values made for one batch size. */
export interface Made {
  data: ArrayLike<number>;
  shape: Shape;
  batch: number;
}

/** How values as large as the batch come from values that do not know it. */
export interface Repeated {
  /** The values of one picture. */
  data: number[];
  /** Their shape: 1 along the batch's dimension where all positions of it are alike. */
  shape: number[];
  /** How they are laid out for any batch. */
  attrs: RepeatAttributes;
  /** Positions along the batch's dimension for each picture. */
  perPicture: number;
}

/** The one dimension that grows with the batch, and its positions for each picture. */
export function growingAxis(
  a: Shape,
  b: Shape,
  batches: readonly [number, number],
): { axis: number; perPicture: number } | undefined {
  const differing = a.flatMap((n, i) => (n === b[i] ? [] : [i]));
  if (a.length !== b.length || differing.length !== 1) return undefined;
  const [axis] = differing;
  const perPicture = a[axis] / batches[0];
  return Number.isInteger(perPicture) && perPicture * batches[1] === b[axis] ? { axis, perPicture } : undefined;
}

/**
 * What repeats in values that were made for two batch sizes; undefined where they are not one thing repeated for every
 * picture.
 */
export function repeatedValues(a: Made, b: Made): Repeated | undefined {
  const found = growingAxis(a.shape, b.shape, [a.batch, b.batch]);
  if (!found) return undefined;
  const { axis, perPicture } = found;
  for (const { outer, times } of layouts(perPicture)) {
    const length = perPicture / times;
    const shape = a.shape.map((n, i) => (i === axis ? length : n));
    const runs = sizeOf(shape.slice(0, axis)) * outer;
    const data = firstOfRuns(a.data, runs, sizeOf(shape) / runs, times * a.batch);
    if ([a, b].every((made) => consistsOf(made.data, data, runs, times * made.batch)))
      return { data, shape, attrs: { axis, outer, times }, perPicture };
  }
  return undefined;
}

/** All positions alike first, then whole runs repeated, the longest runs first. */
function layouts(perPicture: number): Array<{ outer: number; times: number }> {
  const divisors = Array.from({ length: perPicture }, (_, i) => i + 1).filter((n) => perPicture % n === 0);
  return [{ outer: 1, times: perPicture }, ...divisors.map((outer) => ({ outer, times: 1 }))];
}

function firstOfRuns(data: ArrayLike<number>, runs: number, length: number, times: number): number[] {
  return Array.from({ length: runs * length }, (_, i) => data[Math.floor(i / length) * times * length + (i % length)]);
}

function consistsOf(data: ArrayLike<number>, parts: readonly number[], runs: number, times: number): boolean {
  const length = parts.length / runs;
  for (let run = 0, at = 0; run < runs; run++)
    for (let time = 0; time < times; time++)
      for (let i = 0; i < length; i++, at++) if (!Object.is(data[at], parts[run * length + i])) return false;
  return true;
}
