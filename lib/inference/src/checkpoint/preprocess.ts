import { tf } from '../backend';
import { finiteNumbers, got, integer, number } from '../check';

type Json = Readonly<Record<string, unknown>>;

/** What is done to a picture before the network sees it. */
export interface Preprocessing {
  /** [height, width], or null where pictures are taken as they are. */
  size: readonly [number, number] | null;
  filter: 'bilinear' | 'bicubic';
  /** Factor for the values, 1/255 for pixels from 0 to 255; 1 leaves them. */
  rescale: number;
  /** Per channel, or null. */
  normalize: { mean: readonly number[]; std: readonly number[] } | null;
}

function sizeOf(value: unknown): readonly [number, number] {
  const { height, width } = (typeof value === 'number' ? { height: value, width: value } : (value ?? {})) as Json;
  const hint = 'give a number or { height, width }';
  return [integer('size.height', height, { min: 1, hint }), integer('size.width', width, { min: 1, hint })];
}

function channels(config: Json, name: string): readonly number[] {
  return finiteNumbers(name, config[name], { hint: 'give one number per channel' });
}

/** Pillow's numbers of the two filters, as Hugging Face's image processors use them. */
function filterOf(value: unknown): Preprocessing['filter'] {
  if (value === 2) return 'bilinear';
  if (value === 3) return 'bicubic';
  throw new Error(`resample must be 2 (bilinear) or 3 (bicubic), got ${got(value)}.`);
}

/** Reads the preprocessor_config.json of a ViT; what it leaves out has the defaults of Hugging Face's `ViTImageProcessor`. */
export function preprocessing(config: Json): Preprocessing {
  const {
    do_resize: resize = true,
    do_rescale: rescale = true,
    do_normalize: normalize = true,
    rescale_factor: factor = 1 / 255,
  } = config;
  const scale = number('rescale_factor', factor, { above: 0 });
  const half = [0.5, 0.5, 0.5];
  const statistics = { image_mean: half, image_std: half, ...config };
  return {
    size: resize ? sizeOf(config.size ?? 224) : null,
    filter: filterOf(config.resample ?? 2),
    rescale: rescale ? scale : 1,
    normalize: normalize ? { mean: channels(statistics, 'image_mean'), std: channels(statistics, 'image_std') } : null,
  };
}

/** Triangle, and the cubic of Keys 1981 with a = -0.5, by distance in source pixels; zero from `support` on. */
const FILTERS = {
  bilinear: { support: 1, weight: (d: number): number => 1 - d },
  bicubic: {
    support: 2,
    weight: (d: number): number => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2),
  },
};

/**
 * Share of each source pixel in each target pixel: [target, source]. Where a picture shrinks, the filter widens with the
 * scale, so that no source pixel is left out (Pillow's resampling).
 */
function resampling(source: number, target: number, filter: Preprocessing['filter']): tf.Tensor2D {
  const { support, weight } = FILTERS[filter];
  const scale = source / target;
  const stretch = Math.max(scale, 1);
  const values = new Float32Array(target * source);
  for (let t = 0; t < target; t++) {
    const centre = (t + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support * stretch + 0.5));
    const last = Math.min(source, Math.floor(centre + support * stretch + 0.5));
    const row = Array.from({ length: last - first }, (_, i) => {
      const distance = Math.abs(first + i + 0.5 - centre) / stretch;
      return distance < support ? weight(distance) : 0;
    });
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((value, i) => void (values[t * source + first + i] = value / sum));
  }
  return tf.tensor2d(values, [target, source]);
}

/** Pillow keeps whole numbers from 0 to 255 between the passes and after them. */
const toBytes = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.floor(tf.add(x, 0.5)), 0, 255);

/** Resizes [batch, height, width, channels] of values 0 to 255: columns, then rows. */
function resized(
  x: tf.Tensor4D,
  [height, width]: readonly [number, number],
  filter: Preprocessing['filter'],
): tf.Tensor4D {
  const [batch, rows, columns, depth] = x.shape;
  let y: tf.Tensor = x;
  if (columns !== width) {
    const flat = tf.reshape(tf.transpose(y, [0, 1, 3, 2]), [-1, columns]); // [batch·rows·channels, columns]
    const wide = tf.matMul(flat, resampling(columns, width, filter), false, true);
    y = toBytes(tf.transpose(tf.reshape(wide, [batch, rows, depth, width]), [0, 1, 3, 2]));
  }
  if (rows !== height) {
    const flat = tf.reshape(tf.transpose(y, [0, 2, 3, 1]), [-1, rows]); // [batch·width·channels, rows]
    const high = tf.matMul(flat, resampling(rows, height, filter), false, true);
    y = toBytes(tf.transpose(tf.reshape(high, [batch, width, depth, height]), [0, 3, 1, 2]));
  }
  return y as tf.Tensor4D;
}

/**
 * Prepares pictures as Hugging Face's image processor would.
 *
 * @param pictures [batch, height, width, channels] with values 0 to 255
 * @returns float32 of the size that the network takes; the caller frees it
 */
export function preprocess(pictures: tf.Tensor, { size, filter, rescale, normalize }: Preprocessing): tf.Tensor4D {
  const depth = pictures.shape[3];
  if (pictures.rank !== 4)
    throw new Error(
      `preprocess expects pictures [batch, height, width, channels], got shape [${pictures.shape.join(', ')}].`,
    );
  if (normalize && [normalize.mean, normalize.std].some((list) => list.length !== depth)) {
    throw new Error(
      `preprocess expects ${normalize.mean.length} channels, as image_mean and image_std have, got shape [${pictures.shape.join(', ')}].`,
    );
  }
  return tf.tidy(() => {
    const floats = tf.cast(pictures, 'float32') as tf.Tensor4D;
    const scaled = tf.mul(size ? resized(floats, size, filter) : floats, rescale);
    if (!normalize) return scaled as tf.Tensor4D;
    return tf.div<tf.Tensor4D>(tf.sub(scaled, tf.tensor1d([...normalize.mean])), tf.tensor1d([...normalize.std]));
  });
}
