import { tf } from '../tf';
import type { Call } from './composition';
import { convolutionInfo, seenByPlaces, turnedConvolution, type ConvolutionAttributes } from './windows';

type Filter = [height: number, width: number, inChannels: number, outChannels: number];

/**
 * Gradient of a convolution's kernel, [height, width, in, out]: for each of its places a product of the pixels that the
 * place saw, a row for each channel, with the gradients of the output, which are the same for all places.
 */
export function filterGradient({ inputs: { x, dy }, attributes }: Call): tf.Tensor {
  const { filterShape, ...settings } = attributes as ConvolutionAttributes & { filterShape: Filter };
  const info = convolutionInfo('Conv2DBackpropFilter', x.shape, filterShape, settings, false);
  const turned = new Map<tf.Tensor, tf.Tensor2D>();
  const places = seenByPlaces(x, dy, info, ({ pixels, start, gradients }) => {
    const channels = turned.get(pixels) ?? tf.transpose(pixels);
    turned.set(pixels, channels);
    return tf.matMul(tf.slice(channels, [0, start], [info.inChannels, gradients.shape[0]]), gradients);
  });
  return tf.reshape(tf.concat(places, 0), filterShape);
}

/** Gradient of a convolution's input. With a stride it would meet mostly zeros: the backend's own kernel is as fast then. */
export function inputGradient({ inputs: { dy, filter }, attributes, own }: Call): tf.Tensor {
  const { inputShape, ...settings } = attributes as ConvolutionAttributes & { inputShape: number[] };
  const info = convolutionInfo('Conv2DBackpropInput', inputShape, filter.shape, settings, false);
  if (info.strideHeight * info.strideWidth > 1) return own({ dy, filter }, attributes);
  const turned = tf.transpose<tf.Tensor4D>(tf.reverse(filter, [0, 1]) as tf.Tensor4D, [0, 1, 3, 2]);
  return turnedConvolution(dy, info, (pictures, zeros) => tf.conv2d(pictures, turned, 1, zeros));
}
