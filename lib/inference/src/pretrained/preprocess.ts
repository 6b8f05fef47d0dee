import { tf } from '../backend';
import { got, integer, oneOf } from '../check';
import { byShortestEdge, resample, type Arithmetic } from '../checkpoint';
import type { ModelWeights } from '../models';
import type { Picture } from '../picture';
import { roundHalfEven } from '../rounding';
import { shapeText } from '../shape';

/** What {@link preprocess} takes: decoded pictures of any size, or a tensor of values from 0 to 255. */
export type PictureInput =
  | Picture
  | readonly Picture[]
  /** [height, width, channels] or [batch, height, width, channels], of one or three channels. */
  | tf.Tensor;

/** Options of {@link preprocess}. */
export interface PreprocessOptions {
  /**
   * Whose arithmetic resizes: 'pillow' as torchvision does with Pillow's pictures, which the published accuracies were
   * measured with, or 'torch' as it does with tensors of 8 bits. Default 'pillow'.
   */
  arithmetic?: Arithmetic;
}

/** What of {@link ModelWeights} says how pictures are prepared. */
export type PictureRecipe = Pick<ModelWeights, 'resizeSize' | 'cropSize' | 'interpolation' | 'mean' | 'std'>;

/** Turns pictures into what a network takes: float32 [batch, cropSize, cropSize, 3]. The caller frees it. */
export type Preprocess = (pictures: PictureInput) => tf.Tensor4D;

/**
 * Prepares pictures as torchvision's transform of the weights does: the shorter edge resized with antialiasing, the
 * middle cut out, values normalised. Pictures may have different sizes; grey ones are repeated to three channels.
 *
 * @param weights of `models.weights(name, set)`
 * @param pictures without them, a function that prepares them is returned, as batches of a folder take it
 * @returns float32 [batch, cropSize, cropSize, 3]; the caller frees it
 * @example
 * ```ts
 * const weights = models.weights('inception_v3', 'DEFAULT');
 * models.preprocess(weights, tf.zeros([2, 100, 150, 3])).shape; // => [2, 299, 299, 3]
 * ```
 */
export function preprocess(weights: PictureRecipe, pictures: PictureInput, options?: PreprocessOptions): tf.Tensor4D;
export function preprocess(weights: PictureRecipe, pictures?: undefined, options?: PreprocessOptions): Preprocess;
export function preprocess(
  weights: PictureRecipe,
  pictures?: PictureInput,
  { arithmetic = 'pillow' }: PreprocessOptions = {},
): tf.Tensor4D | Preprocess {
  const recipe = checked(weights);
  oneOf('arithmetic', arithmetic, ['pillow', 'torch']);
  const table = normalised(recipe);
  const prepare = (given: PictureInput): tf.Tensor4D => {
    const all = picturesOf(given);
    const { cropSize } = recipe;
    const size = cropSize ** 2 * 3;
    const values = new Float32Array(all.length * size);
    all.forEach((picture, i) => prepareOne(picture, recipe, arithmetic, table, values.subarray(i * size)));
    return tf.tensor4d(values, [all.length, cropSize, cropSize, 3]);
  };
  return pictures === undefined ? prepare : prepare(pictures);
}

function checked(weights: PictureRecipe): PictureRecipe {
  if (typeof (weights as PictureRecipe | undefined)?.cropSize === 'number') {
    integer('cropSize', weights.cropSize, { min: 1, max: weights.resizeSize });
    return weights;
  }
  throw new Error(
    `preprocess expects weights of models.weights(name, set), such as models.weights('resnet50', 'DEFAULT'), got ${got(weights)}.`,
  );
}

function picturesOf(given: PictureInput): readonly Picture[] {
  const all =
    given instanceof tf.Tensor ? fromTensor(given) : Array.isArray(given) ? (given as Picture[]) : [given as Picture];
  if (all.length === 0) throw new Error('preprocess expects at least one picture, got none.');
  for (const picture of all) checkPicture(picture);
  return all;
}

function checkPicture({ height, width, channels, data }: Picture): void {
  const sound =
    height >= 1 && width >= 1 && (channels === 1 || channels === 3) && data?.length === height * width * channels;
  if (!sound)
    throw new Error(
      `preprocess expects pictures of { height, width, channels: 1 or 3, data: [height, width, channels] }, got ` +
        `${height}x${width}x${channels} with ${data?.length} values.`,
    );
}

/** Pictures of a tensor; values are cut to whole ones, as a conversion to 8 bits does. */
function fromTensor(x: tf.Tensor): Picture[] {
  const [height, width, channels] = x.shape.slice(-3);
  if ((x.rank !== 3 && x.rank !== 4) || (channels !== 1 && channels !== 3))
    throw new Error(
      `preprocess expects pictures [batch, height, width, 3] of values from 0 to 255, got shape ${shapeText(x.shape)}.`,
    );
  const values = x.dataSync();
  const wrong = values.findIndex((value) => !(value >= 0 && value <= 255));
  if (wrong >= 0)
    throw new Error(
      `preprocess expects values from 0 to 255, got ${values[wrong]}: pictures must not be normalised yet.`,
    );
  const data = Uint8Array.from(values);
  const size = height * width * channels;
  return Array.from({ length: data.length / size }, (_, i) => ({
    ...{ height, width, channels },
    data: data.subarray(i * size, (i + 1) * size),
  }));
}

/** The float for each channel and grey level, [3][256], each step rounded to float32 as torchvision's are. */
function normalised({ mean, std }: PictureRecipe): Float32Array[] {
  const f = Math.fround;
  return mean.map((m, c) => Float32Array.from({ length: 256 }, (_, level) => f(f(f(level / 255) - f(m)) / f(std[c]))));
}

/** Resizes one picture, of which only the middle is computed, and writes it as floats. */
function prepareOne(
  { height, width, channels, data }: Picture,
  { resizeSize, cropSize, interpolation }: PictureRecipe,
  arithmetic: Arithmetic,
  table: readonly Float32Array[],
  out: Float32Array,
): void {
  const [rows, columns] = byShortestEdge(height, width, resizeSize);
  const part = {
    top: roundHalfEven((rows - cropSize) / 2),
    left: roundHalfEven((columns - cropSize) / 2),
    height: cropSize,
    width: cropSize,
  };
  const levels = resample(data, [1, height, width, channels], [rows, columns], {
    filter: interpolation,
    arithmetic,
    part,
  });
  const [red, green, blue] = table;
  const [second, third] = channels === 3 ? [1, 2] : [0, 0];
  for (let from = 0, to = 0; from < levels.length; from += channels, to += 3) {
    out[to] = red[levels[from]];
    out[to + 1] = green[levels[from + second]];
    out[to + 2] = blue[levels[from + third]];
  }
}
