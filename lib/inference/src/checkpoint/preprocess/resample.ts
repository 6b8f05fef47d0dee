import { roundHalfEven } from '../../rounding';
import { windowsOf, type Arithmetic, type Filter, type Windows } from './filters';
import { acrossGrey, acrossReal, downGrey, downReal } from './passes';

/** Options of {@link resample}. */
export interface ResampleOptions {
  filter: Filter;
  /** Default 'pillow'. */
  arithmetic?: Arithmetic;
  /** The part of the resized picture that is wanted; only that is computed. Default: all. */
  part?: { top: number; left: number; height: number; width: number };
}

/**
 * Resizes 8-bit pictures as Pillow 13 does, to the grey level: columns first, then rows, or the other way round where
 * the height shrinks by more than twice as many pixels as the width. (Before 13 columns always came first, which gives
 * another grey level here and there.) Or as PyTorch's `interpolate` with antialiasing does.
 *
 * @param values of [batch, rows, columns, channels], 0 to 255
 * @param target [height, width] in pixels
 * @returns grey levels of [batch, height, width, channels], of the part where one is given
 */
export function resample(
  values: Uint8Array,
  [batch, rows, columns, depth]: readonly [number, number, number, number],
  [height, width]: readonly [number, number],
  { filter, arithmetic = 'pillow', part = { top: 0, left: 0, height, width } }: ResampleOptions,
): Uint8Array {
  if (rows === height && columns === width && part.height === height && part.width === width) return values;
  const down = windowsOf({ source: rows, target: height, start: part.top, length: part.height }, filter, arithmetic);
  const across = windowsOf(
    { source: columns, target: width, start: part.left, length: part.width },
    filter,
    arithmetic,
  );
  const rowsFirst = height < rows && rows - height > 2 * (columns - width);
  const one = { rows, columns, depth, down, across, rowsFirst };
  const resize = arithmetic === 'pillow' ? greyLevels : rounded;
  const [from, to] = [rows * columns * depth, part.height * part.width * depth];
  const result = new Uint8Array(batch * to);
  for (let n = 0; n < batch; n++) result.set(resize(values.subarray(n * from, (n + 1) * from), one), n * to);
  return result;
}

interface One {
  rows: number;
  columns: number;
  depth: number;
  down: Windows;
  across: Windows;
  rowsFirst: boolean;
}

/** One picture as Pillow resizes it. Whichever pass comes first makes no more than the other one reaches. */
function greyLevels(values: Uint8Array, { columns, depth, down, across, rowsFirst }: One): Uint8Array {
  const { from, to } = down.reach;
  if (rowsFirst) {
    const between = downGrey(values, columns * depth, down);
    return acrossGrey({ values: between, lines: down.count, columns, depth }, across);
  }
  const wanted = values.subarray(from * columns * depth, to * columns * depth);
  const between = acrossGrey({ values: wanted, lines: to - from, columns, depth }, across);
  return downGrey(between, across.count * depth, { ...down, first: down.first.map((first) => first - from) });
}

/** One picture as PyTorch resizes it. */
function rounded(values: Uint8Array, { columns, depth, down, across }: One): Uint8Array {
  const { from, to } = down.reach;
  const wanted = values.subarray(from * columns * depth, to * columns * depth);
  const between = acrossReal({ values: wanted, lines: to - from, columns, depth }, across);
  const reals = downReal(between, across.count * depth, { ...down, first: down.first.map((first) => first - from) });
  return Uint8Array.from(reals, (x) => roundHalfEven(Math.min(255, Math.max(0, x))));
}
