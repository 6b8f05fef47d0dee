import { tf } from '../tf';
import type { Call } from './composition';
import { convolutionInfo, fullOutputGradient, padded, type ConvolutionAttributes } from './windows';

type Filter = [height: number, width: number, inChannels: number, outChannels: number];

/**
 * Gradient of a convolution's kernel, [height, width, in, out]: for each of its places a product of the pixels that the
 * place saw, a row for each channel, with the gradients of the output, which are the same for all places.
 */
export function filterGradient({ inputs: { x, dy }, attributes }: Call): tf.Tensor {
  const { filterShape, ...settings } = attributes as ConvolutionAttributes & { filterShape: Filter };
  const info = convolutionInfo('Conv2DBackpropFilter', x.shape, filterShape, settings, false);
  const { batchSize, outHeight, outWidth, outChannels, inChannels, strideHeight, strideWidth } = info;
  const channels = tf.transpose(padded(x, info), [3, 0, 1, 2]);
  const gradients = tf.reshape(dy, [-1, outChannels]);
  const places: tf.Tensor[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const end = [
        inChannels,
        batchSize,
        row + (outHeight - 1) * strideHeight + 1,
        column + (outWidth - 1) * strideWidth + 1,
      ];
      const seen = tf.stridedSlice(channels, [0, 0, row, column], end, [1, 1, strideHeight, strideWidth]);
      places.push(tf.matMul(tf.reshape(seen, [inChannels, -1]), gradients));
    }
  }
  return tf.reshape(tf.concat(places, 0), filterShape);
}

/** Gradient of a convolution's input: a convolution by the turned kernel. With a stride it would meet mostly zeros. */
export function inputGradient({ inputs: { dy, filter }, attributes, own }: Call): tf.Tensor {
  const { inputShape, ...settings } = attributes as ConvolutionAttributes & { inputShape: number[] };
  const info = convolutionInfo('Conv2DBackpropInput', inputShape, filter.shape, settings, false);
  if (info.strideHeight * info.strideWidth > 1) return own({ dy, filter }, attributes);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(fullOutputGradient(dy, info) as tf.Tensor4D, turned as tf.Tensor4D, 1, 'valid');
}
