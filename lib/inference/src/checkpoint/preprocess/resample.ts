/**
 * Pillow's filters for resizing 8-bit pictures: its numbers for them, how far they reach in source pixels, and the
 * weight of a source pixel at a distance within that reach. `nearest` takes one pixel and has no weights.
 */
export const FILTERS = {
  nearest: { pillow: 0, support: 0, weight: (): number => 1 },
  lanczos: { pillow: 1, support: 3, weight: (d: number): number => (d < 3 ? sinc(d) * sinc(d / 3) : 0) },
  bilinear: { pillow: 2, support: 1, weight: (d: number): number => Math.max(0, 1 - d) },
  /** Keys 1981 with a = -0.5. */
  bicubic: { pillow: 3, support: 2, weight: cubic },
  box: { pillow: 4, support: 0.5, weight: (d: number): number => (d <= 0.5 ? 1 : 0) },
  hamming: {
    pillow: 5,
    support: 1,
    weight: (d: number): number => (d < 1 ? sinc(d) * (0.54 + 0.46 * Math.cos(Math.PI * d)) : 0),
  },
} as const;

export type Filter = keyof typeof FILTERS;

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function cubic(d: number): number {
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** Pillow computes with whole multiples of 2⁻²² for weights; so does this, to round alike. */
const ONE = 2 ** 22;

/** Source pixels of one target pixel. */
interface Window {
  first: number;
  /** Multiples of 2⁻²². */
  weights: readonly number[];
}

/** Where a picture shrinks, the filter widens with the scale, so that no source pixel is left out. */
function windows(source: number, target: number, filter: Filter): Window[] {
  const { support, weight } = FILTERS[filter];
  const scale = source / target;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: target }, (_, t) => {
    const centre = (t + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support * stretch + 0.5));
    const last = Math.min(source, Math.floor(centre + support * stretch + 0.5));
    const shares = Array.from({ length: last - first }, (_n, i) => {
      const offset = (first + i + 0.5 - centre) / stretch;
      // A box is open on its left side, so that no pixel counts twice.
      return filter === 'box' && offset === -0.5 ? 0 : weight(Math.abs(offset));
    });
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first, weights: shares.map((share) => awayFromZero((share / sum) * ONE)) };
  });
}

const awayFromZero = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

/** Pillow adds the step up, pixel by pixel, rather than multiplying; on exact ties the rounding decides. */
function nearestWindows(source: number, target: number): Window[] {
  const step = source / target;
  let at = step * 0.5;
  return Array.from({ length: target }, () => {
    const first = Math.min(Math.floor(at), source - 1);
    at += step;
    return { first, weights: [ONE] };
  });
}

/** An array of [outer, length, inner], resized along its middle. */
interface Axis {
  outer: number;
  source: number;
  target: number;
  inner: number;
}

/** Resizes along one axis; results are whole numbers from 0 to 255, as Pillow keeps between its passes and after them. */
function along(values: ArrayLike<number>, { outer, source, target, inner }: Axis, filter: Filter): Float32Array {
  const table = filter === 'nearest' ? nearestWindows(source, target) : windows(source, target, filter);
  const result = new Float32Array(outer * target * inner);
  const sums = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    for (let t = 0; t < target; t++) {
      const { first, weights } = table[t];
      sums.fill(ONE / 2);
      weights.forEach((weight, k) => {
        const from = (o * source + first + k) * inner;
        for (let i = 0; i < inner; i++) sums[i] += weight * values[from + i];
      });
      const to = (o * target + t) * inner;
      for (let i = 0; i < inner; i++) result[to + i] = Math.min(255, Math.max(0, Math.floor(sums[i] / ONE)));
    }
  }
  return result;
}

/**
 * Resizes pictures as Pillow 13 resizes 8-bit ones, to the grey level: columns first, then rows, or the other way round
 * where the height shrinks by more than twice as many pixels as the width. (Before 13 columns always came first, which
 * gives another grey level here and there.)
 *
 * @param values of [batch, rows, columns, channels], 0 to 255
 * @param target [height, width] in pixels
 */
export function resample(
  values: Float32Array | Int32Array | Uint8Array,
  [batch, rows, columns, depth]: readonly [number, number, number, number],
  [height, width]: readonly [number, number],
  filter: Filter,
): Float32Array {
  const rowsFirst = height < rows && rows - height > 2 * (columns - width);
  const horizontal = (x: ArrayLike<number>, lines: number): ArrayLike<number> =>
    columns === width ? x : along(x, { outer: batch * lines, source: columns, target: width, inner: depth }, filter);
  const vertical = (x: ArrayLike<number>, across: number): ArrayLike<number> =>
    rows === height ? x : along(x, { outer: batch, source: rows, target: height, inner: across * depth }, filter);
  const pixels = rowsFirst ? horizontal(vertical(values, columns), height) : vertical(horizontal(values, rows), width);
  return pixels instanceof Float32Array ? pixels : Float32Array.from(pixels);
}
