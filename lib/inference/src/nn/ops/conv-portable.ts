import { tf } from '../../backend';
import type { ConvAttributes } from './conv';
import type { ConvKernels } from './conv-kernels';

/** Attributes of tfjs's kernels, which its functions would refuse: strides and dilations at once, for example. */
function attributes({ stride, padding: [h, v], dilation }: ConvAttributes): tf.NamedAttrMap {
  const pad = [
    [0, 0],
    [h, h],
    [v, v],
    [0, 0],
  ];
  return { strides: [...stride], pad, dilations: [...dilation], dataFormat: 'NHWC', dimRoundingMode: 'floor' };
}

/** One kind of convolution on the kernels of any backend of tfjs, without groups, named by what tfjs calls the forward one. */
function portable(name: string): ConvKernels {
  const run = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap): tf.Tensor =>
    tf.engine().runKernel<tf.Tensor>(kernel, inputs, attrs);
  return {
    forward: (x, filter, attrs) => run(name, { x, filter }, attributes(attrs)),
    input: (x, filter, dy, attrs) =>
      run(`${name}BackpropInput`, { dy, filter }, { ...attributes(attrs), inputShape: x.shape }),
    filter: (x, w, dy, attrs) =>
      run(`${name}BackpropFilter`, { x, dy }, { ...attributes(attrs), filterShape: w.shape }),
  };
}

export const PORTABLE_DENSE = portable('Conv2D');
export const PORTABLE_DEPTHWISE = portable('DepthwiseConv2dNative');
