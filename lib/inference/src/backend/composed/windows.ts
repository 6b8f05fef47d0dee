import { spread } from '../spread';
import { tf } from '../tf';

/** What tfjs notes for the gradients of a convolution. */
export interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: number | [number, number];
}

/** Sizes of a convolution, and the zeros around its picture. */
export type ConvolutionInfo = tf.backend_util.Conv2DInfo;

/** @throws for pictures [batch, channels, height, width] and dilated kernels, which nothing in this library asks for */
export function convolutionInfo(
  kernelName: string,
  pictures: readonly number[],
  filter: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations = 1 }: ConvolutionAttributes,
  depthwise: boolean,
): ConvolutionInfo {
  if (dataFormat !== 'NHWC' || !tf.backend_util.tupleValuesAreOne(dilations))
    throw new Error(
      `${kernelName} of this backend knows pictures [batch, height, width, channels] and kernels without dilation, got ${dataFormat} and dilations ${String(dilations)}.`,
    );
  const [x, w] = [[...pictures], [...filter]] as [[number, number, number, number], [number, number, number, number]];
  return tf.backend_util.computeConv2DInfo(x, w, strides, 1, pad, dimRoundingMode, depthwise);
}

/** Zeros before and after the rows and columns of pictures; negative numbers take rows and columns away. */
type Around = readonly [before: number, after: number];

function around(x: tf.Tensor, rows: Around, columns: Around): tf.Tensor {
  const all: Around[] = [[0, 0], rows, columns, [0, 0]];
  const isNeeded = (change: (n: number) => boolean): boolean => all.some((pair) => pair.some(change));
  const more = (n: number): number => Math.max(n, 0);
  const larger = isNeeded((n) => n > 0)
    ? tf.pad(
        x,
        all.map(([before, after]): [number, number] => [more(before), more(after)]),
      )
    : x;
  if (!isNeeded((n) => n < 0)) return larger;
  const begin = all.map(([before]) => more(-before));
  return tf.slice(
    larger,
    begin,
    larger.shape.map((n, i) => n - begin[i] - more(-all[i][1])),
  );
}

/** What one place of a kernel saw, and the gradients of what it went into. */
interface Seen {
  /** [places of a window, channels]: the same tensor for every place of the kernel with the same remainders by the stride. */
  pixels: tf.Tensor2D;
  /** The first of them that this place saw; it saw as many as there are gradients, in order. */
  start: number;
  /** [places of a window, output channels]. */
  gradients: tf.Tensor2D;
}

/**
 * The pixels that each place of a kernel saw, row by row of the kernel. Without stride it is the same long row of pixels
 * for all, begun a few pixels later; with a stride there is such a row for each remainder. Between the rows of a picture
 * lie pixels that no window of it begins at: the gradients there are zeros.
 */
export function seenByPlaces<T>(x: tf.Tensor, dy: tf.Tensor, info: ConvolutionInfo, run: (seen: Seen) => T): T[] {
  const { strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const [height, width] = [info.outHeight, info.outWidth].map((n, i) => {
    const [kernel, stride] = [
      [filterHeight, strideHeight],
      [filterWidth, strideWidth],
    ][i];
    return n + Math.ceil(kernel / stride) - 1;
  });
  const { top, left } = info.padInfo;
  const pictures = around(
    x,
    [top, height * strideHeight - top - info.inHeight],
    [left, width * strideWidth - left - info.inWidth],
  );
  const grid = around(dy, [0, height - info.outHeight], [0, width - info.outWidth]);
  const rest = Math.ceil(filterHeight / strideHeight - 1) * width + Math.ceil(filterWidth / strideWidth - 1);
  const all = tf.reshape<tf.Rank.R2>(grid, [-1, info.outChannels]);
  const gradients = tf.slice(all, [0, 0], [all.shape[0] - rest, info.outChannels]);
  const remainders = new Map<string, tf.Tensor2D>();
  return Array.from({ length: filterHeight * filterWidth }, (_, i) => {
    const [row, column] = [Math.floor(i / filterWidth), i % filterWidth];
    const [down, right] = [row % strideHeight, column % strideWidth];
    const key = `${down} ${right}`;
    const pixels = remainders.get(key) ?? everyOther(pictures, info, down, right);
    remainders.set(key, pixels);
    const start = Math.floor(row / strideHeight) * width + Math.floor(column / strideWidth);
    return run({ pixels, start, gradients });
  });
}

/** The pixels [pixels, channels] of every so many rows and columns, as many as the stride. */
function everyOther(pictures: tf.Tensor, info: ConvolutionInfo, down: number, right: number): tf.Tensor2D {
  const { strideHeight, strideWidth, inChannels } = info;
  const [, , width] = pictures.shape as number[];
  const rows = tf.reshape(pictures, [-1, strideHeight, width * inChannels]);
  const some = strideHeight === 1 ? rows : tf.slice(rows, [0, down, 0], [-1, 1, -1]);
  const columns = tf.reshape(some, [-1, strideWidth, inChannels]);
  const fewer = strideWidth === 1 ? columns : tf.slice(columns, [0, right, 0], [-1, 1, -1]);
  return tf.reshape<tf.Rank.R2>(fewer, [-1, inChannels]);
}

/** The zeros around the gradient of the output with which a convolution by the turned kernel gives that of the input. */
function fullPadding(dy: tf.Tensor, info: ConvolutionInfo): [rows: Around, columns: Around] {
  const [, height, width] = dy.shape as number[];
  const [top, left] = [info.filterHeight - 1 - info.padInfo.top, info.filterWidth - 1 - info.padInfo.left];
  return [
    [top, info.inHeight + info.filterHeight - 1 - top - height],
    [left, info.inWidth + info.filterWidth - 1 - left - width],
  ];
}

/**
 * The gradient of a convolution's input from that of its output: a convolution of it, its values a stride apart and zeros
 * around them, by the turned kernel.
 *
 * @param convolve a convolution without stride, of pictures with these zeros around them
 */
export function turnedConvolution(
  dy: tf.Tensor,
  info: ConvolutionInfo,
  convolve: (pictures: tf.Tensor4D, zeros: tf.backend_util.ExplicitPadding) => tf.Tensor,
): tf.Tensor {
  const apart = spread(spread(dy, 1, info.strideHeight), 2, info.strideWidth);
  const [rows, columns] = fullPadding(apart, info);
  const none: [number, number] = [0, 0];
  const zeros = (around: Around): [number, number] => [Math.max(around[0], 0), Math.max(around[1], 0)];
  const cut = (pair: Around): Around => [Math.min(pair[0], 0), Math.min(pair[1], 0)];
  return convolve(around(apart, cut(rows), cut(columns)) as tf.Tensor4D, [none, zeros(rows), zeros(columns), none]);
}
