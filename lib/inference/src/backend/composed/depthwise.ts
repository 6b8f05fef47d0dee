import { tf } from '../tf';
import type { Call } from './composition';
import { convolutionInfo, seenByPlaces, turnedConvolution, type ConvolutionAttributes } from './windows';

type Filter = [height: number, width: number, inChannels: number, multiplier: number];

/**
 * Gradient of a depthwise kernel, [height, width, in, multiplier]: for each of its places the sum over what the place
 * saw, times the gradients of the outputs made of it.
 */
export function depthwiseFilterGradient({ inputs: { x, dy }, attributes }: Call): tf.Tensor {
  const { filterShape, ...settings } = attributes as ConvolutionAttributes & { filterShape: Filter };
  const info = convolutionInfo('DepthwiseConv2dNativeBackpropFilter', x.shape, filterShape, settings, true);
  const [, , channels, multiplier] = filterShape;
  const apart = (t: tf.Tensor, each: number): tf.Tensor =>
    tf.reshape(t, multiplier === 1 ? [-1, channels] : [-1, channels, each]);
  const places = seenByPlaces(x, dy, info, ({ pixels, start, gradients }) => {
    const seen = tf.slice(pixels, [start, 0], [gradients.shape[0], channels]);
    return tf.sum(tf.mul(apart(seen, 1), apart(gradients, multiplier)), 0);
  });
  return tf.reshape(tf.stack(places), filterShape);
}

/** Gradient of a depthwise convolution's input: a depthwise convolution by the turned kernel, summed over the multiplier. */
export function depthwiseInputGradient({ inputs: { dy, filter }, attributes }: Call): tf.Tensor {
  const { inputShape, ...settings } = attributes as ConvolutionAttributes & { inputShape: number[] };
  const info = convolutionInfo('DepthwiseConv2dNativeBackpropInput', inputShape, filter.shape, settings, true);
  const [height, width, channels, multiplier] = filter.shape;
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [height, width, channels * multiplier, 1]);
  const dx = turnedConvolution(dy, info, (pictures, zeros) =>
    tf.depthwiseConv2d(pictures, turned as tf.Tensor4D, 1, zeros),
  );
  if (multiplier === 1) return dx;
  return tf.reshape(tf.sum(tf.reshape(dx, [-1, channels, multiplier]), 2), inputShape);
}
