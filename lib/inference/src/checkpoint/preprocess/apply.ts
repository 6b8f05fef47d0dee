import { tf } from '../../backend';
import type { Preprocessing } from './config';
import { resample } from './resample';
import { resizedSize } from './size';
import { shapeText } from '../../shape';

type Size = readonly [number, number];

/**
 * Shape that {@link preprocess} gives each picture.
 *
 * @param shape [height, width, channels] of the pictures as they come
 */
export function preparedShape(
  [height, width, channels]: readonly [number, number, number],
  { size, crop, pad, rgb }: Preprocessing,
): [number, number, number] {
  const [rows, columns] = pad ?? crop ?? (size ? resizedSize([height, width], size) : [height, width]);
  return [rows, columns, rgb && channels === 1 ? 3 : channels];
}

function resized(x: tf.Tensor4D, { size, filter }: Preprocessing): tf.Tensor4D {
  const [batch, rows, columns, depth] = x.shape;
  const target = size ? resizedSize([rows, columns], size) : [rows, columns];
  if (target[0] === rows && target[1] === columns) return x;
  if (depth !== 1 && depth !== 3)
    throw new Error(
      `preprocess resizes pictures of 1 or 3 channels, got shape ${shapeText(x.shape)}: Pillow would weigh colours by ` +
        'a transparency. Resize them yourself first.',
    );
  const levels = new Uint8Array(Uint8ClampedArray.from(x.dataSync()).buffer);
  const pixels = resample(levels, [batch, rows, columns, depth], [target[0], target[1]], { filter });
  return tf.tensor4d(Float32Array.from(pixels), [batch, target[0], target[1], depth]);
}

/** Cuts the middle out; where an edge is too short, zeros are put around it, the odd one before. */
function cropped(x: tf.Tensor4D, crop: Size): tf.Tensor4D {
  const [batch, rows, columns, depth] = x.shape;
  const short = [rows, columns].map((length, i) => Math.max(0, crop[i] - length));
  const around = short.map((n): [number, number] => [Math.ceil(n / 2), Math.floor(n / 2)]);
  const [top, left] = [rows, columns].map((length, i) => Math.max(0, Math.floor((length - crop[i]) / 2)));
  const filled = tf.pad(x, [[0, 0], around[0], around[1], [0, 0]]);
  return tf.slice(filled, [0, top, left, 0], [batch, crop[0], crop[1], depth]);
}

function filledUp(x: tf.Tensor4D, [height, width]: Size): tf.Tensor4D {
  const [, rows, columns] = x.shape;
  if (rows > height || columns > width)
    throw new Error(`preprocess fills pictures up to pad_size ${height}x${width}, but got ${rows}x${columns}.`);
  return tf.pad(x, [
    [0, 0],
    [0, height - rows],
    [0, width - columns],
    [0, 0],
  ]);
}

function checkChannels(shape: readonly number[], { normalize }: Preprocessing, depth: number): void {
  const lists = normalize ? [normalize.mean, normalize.std] : [];
  const other = lists.find((list) => list.length !== 1 && list.length !== depth);
  if (other)
    throw new Error(
      `preprocess expects ${other.length} channels, as image_mean and image_std have, got shape ${shapeText(shape)}.`,
    );
}

/** Prepares pictures as {@link preprocess} does. */
export interface Preprocessor {
  prepare(pictures: tf.Tensor): tf.Tensor4D;
  /** Frees the constants. */
  dispose(): void;
}

/** {@link preprocess} for many batches: its constants are made, and go to the device, once. */
export function preprocessor(how: Preprocessing): Preprocessor {
  const { rescale, normalize } = how;
  const factor = rescale === 1 ? undefined : tf.keep(tf.scalar(rescale));
  const moments = normalize && [normalize.mean, normalize.std].map((values) => tf.keep(tf.tensor1d([...values])));
  return {
    prepare: (pictures) => tf.tidy(() => prepared(pictures, how, { factor, moments })),
    dispose: () => tf.dispose([factor ?? [], moments ?? []]),
  };
}

interface Constants {
  factor: tf.Tensor | undefined;
  /** Mean and deviation. */
  moments: tf.Tensor[] | null;
}

function prepared(pictures: tf.Tensor, how: Preprocessing, { factor, moments }: Constants): tf.Tensor4D {
  const { crop, pad, rgb } = how;
  if (pictures.rank !== 4)
    throw new Error(
      `preprocess expects pictures [batch, height, width, channels], got shape ${shapeText(pictures.shape)}.`,
    );
  const depth = pictures.shape[3] as number;
  const grey = rgb && depth === 1;
  checkChannels(pictures.shape, how, grey ? 3 : depth);
  const floats = tf.cast(pictures, 'float32') as tf.Tensor4D;
  let x = resized(grey ? tf.tile(floats, [1, 1, 1, 3]) : floats, how);
  if (crop) x = cropped(x, crop);
  if (factor) x = tf.mul(x, factor);
  if (moments) x = tf.div(tf.sub(x, moments[0]), moments[1]);
  if (pad) x = filledUp(x, pad);
  return x;
}

/**
 * Prepares pictures as Hugging Face's image processors of 8-bit pictures would: resized as Pillow does, cropped,
 * rescaled, normalised, filled up.
 *
 * @param pictures [batch, height, width, channels] with values 0 to 255
 * @returns float32 of {@link preparedShape}; the caller frees it
 */
export function preprocess(pictures: tf.Tensor, how: Preprocessing): tf.Tensor4D {
  const { prepare, dispose } = preprocessor(how);
  try {
    return prepare(pictures);
  } finally {
    dispose();
  }
}
