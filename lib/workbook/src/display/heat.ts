import type { Picture } from './pictures';

/** Viridis (van der Walt and Smith 2015), every eighth of its way: dark means little, yellow means much. */
const VIRIDIS: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

function colourOf(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const at = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const mix = (channel: 0 | 1 | 2): number =>
    VIRIDIS[at][channel] + (place - at) * (VIRIDIS[at + 1][channel] - VIRIDIS[at][channel]);
  return [mix(0), mix(1), mix(2)];
}

/** A grid of numbers that says how much each part of a picture counts. */
export interface Heat {
  /** [rows, columns] numbers, row by row; the least becomes dark, the largest yellow. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The heat map of a picture's parts, as a picture of the same size: the grid's cells in viridis, as sharp as they are.
 * @param over how much of the picture, in grey, shows through, 0 to 1, default 0.25
 * @throws Error when the grid has another number of values
 */
export function heatOver(picture: Picture, { values, rows, columns }: Heat, over = 0.25): Picture {
  if (values.length !== rows * columns)
    throw new Error(`A grid of ${rows} x ${columns} needs ${rows * columns} values, got ${values.length}.`);
  const [height, width, channels] = picture.shape;
  const all = Array.from(values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const pixels = new Uint8ClampedArray(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      const colour = colourOf(high > low ? (all[cell] - low) / (high - low) : 0);
      const at = y * width + x;
      const grey = meanOf(picture.pixels, at * channels, channels);
      for (let c = 0; c < 3; c++) pixels[at * 3 + c] = (1 - over) * colour[c] + over * grey;
    }
  }
  return { pixels, shape: [height, width, 3], label: picture.label };
}

function meanOf(values: ArrayLike<number>, start: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[start + i];
  return sum / count;
}
