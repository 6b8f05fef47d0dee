import { rawOp, tf, type RawAttributes } from '../../backend';
import type { ConvAttributes } from './conv';
import type { ConvKernels } from './conv-kernels';

/** Whether TensorFlow's rule SAME pads an axis by the same numbers on both sides as the convolution asks for. */
function isSame(size: number, kernel: number, stride: number, padding: number, dilation: number): boolean {
  const needed = (Math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size;
  return Math.max(needed, 0) === 2 * padding;
}

/**
 * Attributes of the three kernels. Explicit padding keeps TensorFlow from using oneDNN, whose gradients are three times
 * as fast, so it is named SAME wherever that means the same.
 */
function attributes(x: readonly number[], w: readonly number[], conv: ConvAttributes): RawAttributes {
  const { stride, padding, dilation } = conv;
  const [h, v] = padding;
  const same = [0, 1].every((i) => isSame(x[i + 1], w[i], stride[i], padding[i], dilation[i]));
  return {
    T: { type: 'float32' },
    strides: [1, ...stride, 1],
    dilations: [1, ...dilation, 1],
    data_format: 'NHWC',
    ...(same
      ? { padding: 'SAME' }
      : h || v
        ? { padding: 'EXPLICIT', explicit_paddings: [0, 0, h, h, v, v, 0, 0] }
        : { padding: 'VALID' }),
  };
}

/** One kind of convolution on TensorFlow's own kernels, named by what TensorFlow calls the forward one. */
function native(name: string): ConvKernels {
  return {
    forward: (x, w, attrs) => rawOp(name, attributes(x.shape, w.shape, attrs), [x, w])[0],
    input: (x, w, dy, attrs) =>
      rawOp(`${name}BackpropInput`, attributes(x.shape, w.shape, attrs), [tf.tensor1d(x.shape, 'int32'), w, dy])[0],
    filter: (x, w, dy, attrs) =>
      rawOp(`${name}BackpropFilter`, attributes(x.shape, w.shape, attrs), [x, tf.tensor1d(w.shape, 'int32'), dy])[0],
  };
}

/**
 * tfjs's wrappers around these kernels are passed by because they lack groups, and because their gradients drop explicit
 * padding. Groups are known to `Conv2D` alone, not to its gradients on the CPU.
 */
export const NATIVE_DENSE = native('Conv2D');
export const NATIVE_DEPTHWISE = native('DepthwiseConv2dNative');
