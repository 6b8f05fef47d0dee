import type { tf } from '../../backend';

/** Index arithmetic of shifted windows (Liu et al. 2021, section 3.2): plain numbers. */

/** Where the windows lie on a feature map. */
export interface WindowPlan {
  /** Height and width of a window. */
  window: number;
  /** Height and width of the map after zeros are added at its end. */
  padded: readonly [number, number];
  /** Rows and columns by which the map is rotated before it is cut; 0 where one window covers the axis. */
  shift: readonly [number, number];
}

/** Pads to whole windows, and shifts only axes longer than one window. */
export function planWindows(height: number, width: number, window: number, shift: number): WindowPlan {
  const padded = [height, width].map((n) => Math.ceil(n / window) * window) as [number, number];
  return { window, padded, shift: padded.map((n) => (n > window ? shift : 0)) as [number, number] };
}

/** For each pair of positions in a window, the row of the bias table for their offset: [window⁴], row-major. */
export function relativePositionIndex(window: number): Int32Array {
  const tokens = window * window;
  const index = new Int32Array(tokens * tokens);
  for (let a = 0; a < tokens; a++) {
    for (let b = 0; b < tokens; b++) {
      const rows = Math.floor(a / window) - Math.floor(b / window) + window - 1;
      const columns = (a % window) - (b % window) + window - 1;
      index[a * tokens + b] = rows * (2 * window - 1) + columns;
    }
  }
  return index;
}

const indexRows = new WeakMap<object, number[]>();

/** The values of a buffer of row numbers; read again only when a checkpoint replaced them. */
export function rowsOf(buffer: tf.Tensor): number[] {
  const known = indexRows.get(buffer.dataId) ?? [...buffer.dataSync()];
  indexRows.set(buffer.dataId, known);
  return known;
}

const masks = new Map<string, Float32Array>();

/**
 * What is added to the attention of a shifted map, so that tokens which the rotation brought together from opposite
 * ends do not see each other: [windows, tokens, tokens], 0 or -100, row-major. Kept by size.
 */
export function attentionMask({ window, padded, shift }: WindowPlan): Float32Array {
  const key = [window, ...padded, ...shift].join();
  const known = masks.get(key);
  if (known) return known;
  const region = (position: number, axis: 0 | 1): number =>
    position < padded[axis] - window ? 0 : position < padded[axis] - shift[axis] || shift[axis] === 0 ? 1 : 2;
  const columns = padded[1] / window;
  const tokens = window * window;
  const regions = (cell: number): number[] =>
    Array.from(
      { length: tokens },
      (_, t) =>
        3 * region(Math.floor(cell / columns) * window + Math.floor(t / window), 0) +
        region((cell % columns) * window + (t % window), 1),
    );
  const mask = new Float32Array((padded[0] / window) * columns * tokens * tokens);
  for (let cell = 0, at = 0; at < mask.length; cell++) {
    const labels = regions(cell);
    for (const a of labels) for (const b of labels) mask[at++] = a === b ? 0 : -100;
  }
  masks.set(key, mask);
  return mask;
}
