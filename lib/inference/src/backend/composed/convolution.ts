import { tf } from '../tf';
import type { Call } from './composition';
import {
  convolutionInfo,
  padded,
  turnedConvolution,
  type ConvolutionAttributes,
  type ConvolutionInfo,
} from './windows';

type Filter = [height: number, width: number, inChannels: number, outChannels: number];

/**
 * Gradient of a convolution's kernel, [height, width, in, out]: for each of its places a product of the pixels that the
 * place saw, a row for each channel, with the gradients of the output, which are the same for all places.
 */
export function filterGradient({ inputs: { x, dy }, attributes }: Call): tf.Tensor {
  const { filterShape, ...settings } = attributes as ConvolutionAttributes & { filterShape: Filter };
  const info = convolutionInfo('Conv2DBackpropFilter', x.shape, filterShape, settings, false);
  const places = info.strideHeight * info.strideWidth === 1 ? inOneRow(x, dy, info) : strided(x, dy, info);
  return tf.reshape(tf.concat(places, 0), filterShape);
}

/** Calls a function for each place of a kernel, row by row. */
function eachPlace<T>({ filterHeight, filterWidth }: ConvolutionInfo, run: (row: number, column: number) => T): T[] {
  return Array.from({ length: filterHeight * filterWidth }, (_, i) =>
    run(Math.floor(i / filterWidth), i % filterWidth),
  );
}

/**
 * Without stride, what a place saw is the same long row of pixels for all, begun a few pixels later. Between the rows of
 * a picture lie pixels that no window of it begins at: the gradients there are zeros.
 */
function inOneRow(x: tf.Tensor, dy: tf.Tensor, info: ConvolutionInfo): tf.Tensor[] {
  const pictures = padded(x, info);
  const [batch, height, width, channels] = pictures.shape as number[];
  const gradients = tf.pad(dy, [
    [0, 0],
    [0, height - info.outHeight],
    [0, width - info.outWidth],
    [0, 0],
  ]);
  const length = batch * height * width - (info.filterHeight - 1) * width - (info.filterWidth - 1);
  const rows = tf.slice(tf.reshape(gradients, [-1, info.outChannels]), [0, 0], [length, info.outChannels]);
  const pixels = tf.transpose(tf.reshape(pictures, [-1, channels]));
  return eachPlace(info, (row, column) =>
    tf.matMul(tf.slice(pixels, [0, row * width + column], [channels, length]), rows),
  );
}

function strided(x: tf.Tensor, dy: tf.Tensor, info: ConvolutionInfo): tf.Tensor[] {
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth } = info;
  const channels = tf.transpose(padded(x, info), [3, 0, 1, 2]);
  const gradients = tf.reshape(dy, [-1, info.outChannels]);
  return eachPlace(info, (row, column) => {
    const [bottom, right] = [row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1];
    const end = [inChannels, batchSize, bottom, right];
    const seen = tf.stridedSlice(channels, [0, 0, row, column], end, [1, 1, strideHeight, strideWidth]);
    return tf.matMul(tf.reshape(seen, [inChannels, -1]), gradients);
  });
}

/** Gradient of a convolution's input. With a stride it would meet mostly zeros: the backend's own kernel is as fast then. */
export function inputGradient({ inputs: { dy, filter }, attributes, own }: Call): tf.Tensor {
  const { inputShape, ...settings } = attributes as ConvolutionAttributes & { inputShape: number[] };
  const info = convolutionInfo('Conv2DBackpropInput', inputShape, filter.shape, settings, false);
  if (info.strideHeight * info.strideWidth > 1) return own({ dy, filter }, attributes);
  const turned = tf.transpose<tf.Tensor4D>(tf.reverse(filter, [0, 1]) as tf.Tensor4D, [0, 1, 3, 2]);
  return turnedConvolution(dy, info, (pictures, zeros) => tf.conv2d(pictures, turned, 1, zeros));
}
