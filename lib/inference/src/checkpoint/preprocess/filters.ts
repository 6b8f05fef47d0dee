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

/**
 * Whose arithmetic: Pillow computes with whole multiples of 2⁻²² and rounds to grey levels between its passes and after
 * them; PyTorch, given an 8-bit tensor, computes in floating point and rounds once, half to even.
 */
export type Arithmetic = 'pillow' | 'torch';

/** Pillow's unit of weights. */
export const ONE = 2 ** 22;

/** Source pixels of one target pixel. */
interface Window {
  first: number;
  /** Shares that add up to one; for Pillow as multiples of 2⁻²². */
  weights: Float64Array;
}

/** The windows of consecutive target pixels, one after the other in flat arrays. */
export interface Windows {
  count: number;
  /** [count]: the first source pixel of each. */
  first: Int32Array;
  /** [count + 1]: where the weights of each begin, and where the last ones end. */
  at: Int32Array;
  /** Whole multiples of 2⁻²² for Pillow, else shares of one. */
  weights: Int32Array | Float64Array;
  /** Source pixels from `from` to before `to` are reached. */
  reach: { from: number; to: number };
}

/** A part of a resized axis, from `start`, `length` pixels long. */
export interface Resizing {
  source: number;
  target: number;
  start: number;
  length: number;
}

/** Windows of the last axes: the pictures of a folder mostly have a few sizes in common. */
const recent = new Map<string, Windows>();
const KEPT = 64;

/** The windows of a part of a resized axis. */
export function windowsOf(axis: Resizing, filter: Filter, arithmetic: Arithmetic): Windows {
  const key = [axis.source, axis.target, axis.start, axis.length, filter, arithmetic].join();
  const windows = recent.get(key) ?? computed(axis, filter, arithmetic);
  recent.delete(key);
  recent.set(key, windows);
  if (recent.size > KEPT) recent.delete(recent.keys().next().value as string);
  return windows;
}

function computed(axis: Resizing, filter: Filter, arithmetic: Arithmetic): Windows {
  const unit = arithmetic === 'pillow' ? ONE : 1;
  if (axis.source === axis.target) return flat(untouched(axis, unit), arithmetic);
  return flat(filter === 'nearest' ? nearestWindows(axis, unit) : windows(axis, filter, unit), arithmetic);
}

function flat(table: readonly Window[], arithmetic: Arithmetic): Windows {
  const at = new Int32Array(table.length + 1);
  table.forEach(({ weights }, t) => (at[t + 1] = at[t] + weights.length));
  const all = arithmetic === 'pillow' ? new Int32Array(at[table.length]) : new Float64Array(at[table.length]);
  table.forEach(({ weights }, t) => all.set(weights, at[t]));
  const reach = { from: Infinity, to: 0 };
  for (const { first, weights } of table) {
    reach.from = Math.min(reach.from, first);
    reach.to = Math.max(reach.to, first + weights.length);
  }
  return { count: table.length, first: Int32Array.from(table, ({ first }) => first), at, weights: all, reach };
}

const untouched = ({ start, length }: Resizing, unit: number): Window[] =>
  Array.from({ length }, (_, t) => ({ first: start + t, weights: Float64Array.of(unit) }));

/** Where a picture shrinks, the filter widens with the scale, so that no source pixel is left out. */
function windows({ source, target, start, length }: Resizing, filter: Filter, unit: number): Window[] {
  const { support, weight } = FILTERS[filter];
  const scale = source / target;
  const stretch = Math.max(scale, 1);
  return Array.from({ length }, (_, t) => {
    const centre = (start + t + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support * stretch + 0.5));
    const last = Math.min(source, Math.floor(centre + support * stretch + 0.5));
    const shares = Float64Array.from({ length: last - first }, (_n, i) => {
      const offset = (first + i + 0.5 - centre) / stretch;
      // A box is open on its left side, so that no pixel counts twice.
      return filter === 'box' && offset === -0.5 ? 0 : weight(Math.abs(offset));
    });
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first, weights: shares.map((share) => (unit === 1 ? share / sum : awayFromZero((share / sum) * unit))) };
  });
}

const awayFromZero = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

/** Pillow adds the step up, pixel by pixel, rather than multiplying; on exact ties the rounding decides. */
function nearestWindows({ source, target, start, length }: Resizing, unit: number): Window[] {
  const step = source / target;
  let at = step * 0.5;
  const all = Array.from({ length: start + length }, () => {
    const first = Math.min(Math.floor(at), source - 1);
    at += step;
    return { first, weights: Float64Array.of(unit) };
  });
  return all.slice(start);
}
