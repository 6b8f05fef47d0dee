import { ONE, type Windows } from './filters';

/** Source lines that a pass reads: `lines` of them, each `columns` pixels of `depth` values. */
interface Rows {
  values: Uint8Array;
  lines: number;
  columns: number;
  depth: number;
}

const HALF = ONE / 2;

/**
 * Resizes rows of pixels as Pillow does. Sums are whole numbers that fit 32 bits: weights of one window add up to 2²²,
 * those below zero are few. Colours, the usual case, are summed side by side.
 */
export function acrossGrey(
  { values, lines, columns, depth }: Rows,
  { count, first, at, weights }: Windows,
): Uint8Array {
  const result = new Uint8ClampedArray(lines * count * depth);
  if (depth === 3) acrossColours({ values, lines, columns, depth }, { count, first, at, weights }, result);
  else
    for (let n = 0, to = 0; n < lines; n++) {
      for (let t = 0; t < count; t++) {
        const from = (n * columns + first[t]) * depth;
        for (let c = 0; c < depth; c++, to++) {
          let sum = HALF;
          for (let k = at[t], p = from + c; k < at[t + 1]; k++, p += depth) sum += Math.imul(weights[k], values[p]);
          result[to] = sum >> 22;
        }
      }
    }
  return new Uint8Array(result.buffer);
}

/** Two lines at a time, which share their weights; a last one alone is done twice. */
function acrossColours(
  { values, lines, columns }: Rows,
  { count, first, at, weights }: Pick<Windows, 'count' | 'first' | 'at' | 'weights'>,
  result: Uint8ClampedArray,
): void {
  for (let n = 0; n < lines; n += 2) {
    const [next, below] = n + 1 < lines ? [(columns * 3) | 0, (count * 3) | 0] : [0, 0];
    let to = (n * count * 3) | 0;
    for (let t = 0; t < count; t++) {
      let [red, green, blue, red2, green2, blue2] = [HALF, HALF, HALF, HALF, HALF, HALF];
      let p = ((n * columns + first[t]) * 3) | 0;
      const end = at[t + 1];
      for (let k = at[t]; k < end; k++) {
        const weight = weights[k];
        const q = (p + next) | 0;
        red = (red + Math.imul(weight, values[p])) | 0;
        green = (green + Math.imul(weight, values[p + 1])) | 0;
        blue = (blue + Math.imul(weight, values[p + 2])) | 0;
        red2 = (red2 + Math.imul(weight, values[q])) | 0;
        green2 = (green2 + Math.imul(weight, values[q + 1])) | 0;
        blue2 = (blue2 + Math.imul(weight, values[q + 2])) | 0;
        p = (p + 3) | 0;
      }
      const u = (to + below) | 0;
      result[to] = red >> 22;
      result[to + 1] = green >> 22;
      result[to + 2] = blue >> 22;
      result[u] = red2 >> 22;
      result[u + 1] = green2 >> 22;
      result[u + 2] = blue2 >> 22;
      to = (to + 3) | 0;
    }
  }
}

/** Resizes columns as Pillow does: [rows, width] to [count, width], four source rows at a time. */
export function downGrey(values: Uint8Array, width: number, { count, first, at, weights }: Windows): Uint8Array {
  const result = new Uint8ClampedArray(count * width);
  const [halves, sums] = [new Int32Array(width).fill(HALF), new Int32Array(width)];
  for (let t = 0; t < count; t++) {
    let before = halves;
    for (let k = at[t], from = first[t] * width; k < at[t + 1]; k += 4, from += 4 * width) {
      const left = at[t + 1] - k;
      // Rows beyond the window count nothing; the first one stands in for them.
      const weight = (i: number): number => (i < left ? weights[k + i] : 0);
      const row = (i: number): number => (i < left ? from + i * width : from);
      const four: Four = [weight(0), weight(1), weight(2), weight(3)];
      const rows: Four = [row(0), row(1), row(2), row(3)];
      if (left > 4) addFour(values, before, sums, four, rows);
      else endFour(values, before, result.subarray(t * width, (t + 1) * width), four, rows);
      before = sums;
    }
  }
  return new Uint8Array(result.buffer);
}

type Four = readonly [number, number, number, number];

function addFour(
  values: Uint8Array,
  before: Int32Array,
  after: Int32Array,
  [a, b, c, d]: Four,
  [p, q, r, s]: Four,
): void {
  for (let i = 0; i < after.length; i++) {
    const pairs = Math.imul(a, values[p + i]) + Math.imul(b, values[q + i]);
    after[i] = (before[i] + pairs + Math.imul(c, values[r + i]) + Math.imul(d, values[s + i])) | 0;
  }
}

/** The last four rows, and what they end in: the same loop as of {@link addFour}, which writes grey levels. */
function endFour(
  values: Uint8Array,
  before: Int32Array,
  levels: Uint8ClampedArray,
  [a, b, c, d]: Four,
  [p, q, r, s]: Four,
): void {
  for (let i = 0; i < levels.length; i++) {
    const pairs = Math.imul(a, values[p + i]) + Math.imul(b, values[q + i]);
    levels[i] = (before[i] + pairs + Math.imul(c, values[r + i]) + Math.imul(d, values[s + i])) >> 22;
  }
}

type Reals = Uint8Array | Float64Array;

/** Resizes rows of pixels without rounding. */
export function acrossReal(
  { values, lines, columns, depth }: Omit<Rows, 'values'> & { values: Reals },
  { count, first, at, weights }: Windows,
): Float64Array {
  const result = new Float64Array(lines * count * depth);
  for (let n = 0, to = 0; n < lines; n++) {
    for (let t = 0; t < count; t++) {
      const from = (n * columns + first[t]) * depth;
      for (let c = 0; c < depth; c++, to++) {
        for (let k = at[t], p = from + c; k < at[t + 1]; k++, p += depth) result[to] += weights[k] * values[p];
      }
    }
  }
  return result;
}

/** Resizes columns without rounding. */
export function downReal(values: Reals, width: number, { count, first, at, weights }: Windows): Float64Array {
  const result = new Float64Array(count * width);
  for (let t = 0; t < count; t++) {
    for (let k = at[t], from = first[t] * width; k < at[t + 1]; k++, from += width) {
      for (let i = 0; i < width; i++) result[t * width + i] += weights[k] * values[from + i];
    }
  }
  return result;
}
