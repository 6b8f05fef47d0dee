import { rawOp, tf, type RawAttributes } from '../../backend';
import type { ConvAttributes } from './conv';

/** TensorFlow's names of the three kernels of one kind of convolution. */
interface Kernels {
  forward: string;
  input: string;
  filter: string;
}

const DENSE: Kernels = { forward: 'Conv2D', input: 'Conv2DBackpropInput', filter: 'Conv2DBackpropFilter' };
const DEPTHWISE: Kernels = { forward: 'DepthwiseConv2dNative', input: 'DepthwiseConv2dNativeBackpropInput', filter: 'DepthwiseConv2dNativeBackpropFilter' };

function attributes({ stride, padding: [h, w], dilation }: ConvAttributes): RawAttributes {
  return {
    T: { type: 'float32' }, strides: [1, ...stride, 1], dilations: [1, ...dilation, 1], data_format: 'NHWC',
    ...(h || w ? { padding: 'EXPLICIT', explicit_paddings: [0, 0, h, h, w, w, 0, 0] } : { padding: 'VALID' }),
  };
}

type Gradients = (x: tf.Tensor, w: tf.Tensor, dy: tf.Tensor) => [tf.Tensor, tf.Tensor];

function kernelGradients(kernels: Kernels, attrs: ConvAttributes): Gradients {
  return (x, w, dy) => [
    rawOp(kernels.input, attributes(attrs), [tf.tensor1d(x.shape, 'int32'), w, dy])[0],
    rawOp(kernels.filter, attributes(attrs), [x, tf.tensor1d(w.shape, 'int32'), dy])[0],
  ];
}

/** TensorFlow's Conv2D computes groups, its gradients on the CPU do not: they are taken group by group. */
function groupGradients(attrs: ConvAttributes): Gradients {
  const one = kernelGradients(DENSE, attrs);
  return (x, w, dy) => {
    const [inputs, kernels, outputs] = [tf.split(x, attrs.groups, 3), tf.split(w, attrs.groups, 3), tf.split(dy, attrs.groups, 3)];
    const parts = inputs.map((input, i) => one(input, kernels[i], outputs[i]));
    return [tf.concat(parts.map(([dx]) => dx), 3), tf.concat(parts.map(([, dw]) => dw), 3)];
  };
}

/**
 * Convolution on TensorFlow's own kernels, with gradients. tfjs's wrappers are passed by because they lack groups, and
 * because their gradients drop explicit padding.
 *
 * @param w [kh, kw, in / groups, out]; for `depthwise` [kh, kw, in, multiplier]
 */
export function nativeConv(x: tf.Tensor, w: tf.Tensor, attrs: ConvAttributes, depthwise: boolean): tf.Tensor {
  const kernels = depthwise ? DEPTHWISE : DENSE;
  const gradients = !depthwise && attrs.groups > 1 ? groupGradients(attrs) : kernelGradients(kernels, attrs);
  const run = tf.customGrad((input, weight, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor, weight as tf.Tensor]);
    const [value] = rawOp(kernels.forward, attributes(attrs), [input as tf.Tensor, weight as tf.Tensor]);
    return { value, gradFunc: (dy, [savedInput, savedWeight]) => gradients(savedInput, savedWeight, dy) };
  });
  return run(x, w);
}
