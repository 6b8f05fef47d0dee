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

/** The pictures with the convolution's padding, just as large as its windows reach. */
export function padded(x: tf.Tensor, info: ConvolutionInfo): tf.Tensor {
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = info;
  const rest = (size: number, before: number, kernel: number, stride: number, places: number): number =>
    (places - 1) * stride + kernel - size - before;
  return around(
    x,
    [padInfo.top, rest(info.inHeight, padInfo.top, filterHeight, strideHeight, outHeight)],
    [padInfo.left, rest(info.inWidth, padInfo.left, filterWidth, strideWidth, outWidth)],
  );
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
