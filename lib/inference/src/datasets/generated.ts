import { randomStream, type RandomStream } from '../backend';
import { fromPictures, type PictureDataset } from './dataset';
import { digits, shapes, type Figure } from './shapes';
import { integer, oneOf } from '../check';

export interface GeneratedOptions {
  count: number;
  /** Equal seeds give equal pictures on every machine. Default 0. */
  seed?: number;
  /** The two splits of a seed share no picture. Default 'train'. */
  split?: 'train' | 'test';
  /** Height and width in pixels, at least 12. Default 32. */
  size?: number;
  /** 1 (grey) or 3 (colour). Default 3. */
  channels?: 1 | 3;
  /** How many of the ten classes, from the first. Default 10. */
  classes?: number;
  /** What is drawn: geometric figures, or digits as pen strokes. Default 'shapes'. */
  style?: 'shapes' | 'digits';
}

/**
 * Ten classes of figures, drawn when no real pictures are at hand. Place, size, turn, stroke and colours are random, light
 * on dark as often as dark on light, over a shaded, noisy ground: no single pixel tells the class, so a linear model
 * stays far below a convolutional network. Labels go round, so the classes are equally frequent.
 *
 * @example
 * ```ts
 * const pictures = datasets.generated({ count: 1000, seed: 0 });
 * pictures.count; // => 1000
 * pictures.classes.length; // => 10
 * for (const batch of pictures.batches({ batchSize: 500, shuffle: 1 })) batch.dispose(); // batch.x: [500, 32, 32, 3]
 * ```
 */
export function generated(options: GeneratedOptions): PictureDataset {
  const { count, seed = 0, split = 'train', size = 32, channels = 3, classes = 10, style = 'shapes' } = options;
  integer('count', count, { min: 1, max: 10_000_000 });
  integer('size', size, { min: 12, max: 1024 });
  integer('classes', classes, { min: 2, max: 10 });
  integer('seed', seed, { min: 0, max: 2 ** 32 - 1 });
  oneOf('channels', channels, [1, 3]);
  const figures = Object.entries(style === 'digits' ? digits : shapes).slice(0, classes);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  const pixels = new Uint8Array(count * size * size * channels);
  const random = randomStream((Math.imul(seed, 2) + (split === 'test' ? 1 : 0)) >>> 0);
  const bytes = size * size * channels;
  labels.forEach((label, i) =>
    draw(figures[label][1], pixels.subarray(i * bytes, (i + 1) * bytes), size, channels, random),
  );
  const names = figures.map(([name]) => name);
  return fromPictures({
    name: `generated ${style} ${split}`,
    classes: names,
    height: size,
    width: size,
    channels,
    pixels,
    labels,
  });
}

function draw(figure: Figure, out: Uint8Array, size: number, channels: number, random: RandomStream): void {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const scale = between(0.5, 0.85);
  const room = 0.9 * (1 - scale);
  const [cx, cy, turn] = [between(-room, room), between(-room, room), between(-0.3, 0.3)];
  const [cos, sin] = [Math.cos(turn) / scale, Math.sin(turn) / scale];
  const stretch = between(0.85, 1.15);
  const { ground, ink, shadeX, shadeY } = colours(channels, between);
  const edge = 2 / size / scale;
  for (let py = 0, at = 0; py < size; py++) {
    const v = (2 * py + 1) / size - 1;
    for (let px = 0; px < size; px++) {
      const u = (2 * px + 1) / size - 1;
      const x = (cos * (u - cx) + sin * (v - cy)) * stretch;
      const y = (cos * (v - cy) - sin * (u - cx)) / stretch;
      const cover = Math.min(1, Math.max(0, 0.5 - figure(x, y) / edge));
      const shade = shadeX * u + shadeY * v;
      for (let c = 0; c < channels; c++, at++) {
        out[at] = Math.min(255, Math.max(0, ground[c] + (ink[c] - ground[c]) * cover + shade + between(-25, 25)));
      }
    }
  }
}

type Between = (low: number, high: number) => number;

/** Two colours that differ clearly in brightness, either one lighter. */
function colours(
  channels: number,
  between: Between,
): { ground: number[]; ink: number[]; shadeX: number; shadeY: number } {
  const contrast = between(70, 140) * (between(0, 1) < 0.5 ? 1 : -1);
  const middle = between(90, 165);
  const spread = channels === 1 ? 5 : 30;
  const tint = (level: number): number[] => Array.from({ length: channels }, () => level + between(-spread, spread));
  return {
    ground: tint(middle - contrast / 2),
    ink: tint(middle + contrast / 2),
    shadeX: between(-35, 35),
    shadeY: between(-35, 35),
  };
}
