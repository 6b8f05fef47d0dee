import { rawOp, tf, type RawAttributes } from '../../backend';
import type { ConvAttributes } from './conv';

/** TensorFlow's names of the three kernels of one kind of convolution. */
interface Kernels {
  forward: string;
  input: string;
  filter: string;
}

const DENSE: Kernels = {
  forward: 'Conv2D',
  input: 'Conv2DBackpropInput',
  filter: 'Conv2DBackpropFilter',
};
const DEPTHWISE: Kernels = {
  forward: 'DepthwiseConv2dNative',
  input: 'DepthwiseConv2dNativeBackpropInput',
  filter: 'DepthwiseConv2dNativeBackpropFilter',
};

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

/** Gradient of one input, from that of the output. */
type Gradient = (x: tf.Tensor, w: tf.Tensor, dy: tf.Tensor, attrs: ConvAttributes) => tf.Tensor;

const inputGradient =
  ({ input }: Kernels): Gradient =>
  (x, w, dy, attrs) =>
    rawOp(input, attributes(x.shape, w.shape, attrs), [tf.tensor1d(x.shape, 'int32'), w, dy])[0];

const filterGradient =
  ({ filter }: Kernels): Gradient =>
  (x, w, dy, attrs) =>
    rawOp(filter, attributes(x.shape, w.shape, attrs), [x, tf.tensor1d(w.shape, 'int32'), dy])[0];

/** Zeros between the values along the first two dimensions: what a dilated kernel is without dilation. */
function spreadOut(w: tf.Tensor, [down, right]: readonly [number, number]): tf.Tensor {
  const [kh, kw, inputs, outputs] = w.shape;
  const apart = tf.pad(tf.reshape(w, [kh, 1, kw, 1, inputs, outputs]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, right - 1],
    [0, 0],
    [0, 0],
  ]);
  const full = tf.reshape(apart, [kh * down, kw * right, inputs, outputs]);
  return tf.slice(full, [0, 0, 0, 0], [(kh - 1) * down + 1, (kw - 1) * right + 1, inputs, outputs]);
}

/** TensorFlow's gradients on the CPU know no dilation: they are taken of the kernel with zeros between its values. */
const undilated =
  (one: Gradient, of: 'input' | 'filter'): Gradient =>
  (x, w, dy, attrs) => {
    const { dilation } = attrs;
    if (dilation[0] === 1 && dilation[1] === 1) return one(x, w, dy, attrs);
    return tf.tidy(() => {
      const gradient = one(x, spreadOut(w, dilation), dy, { ...attrs, dilation: [1, 1] });
      return of === 'input' ? gradient : tf.stridedSlice(gradient, [0, 0, 0, 0], gradient.shape, [...dilation, 1, 1]);
    });
  };

/**
 * TensorFlow's gradients of depthwise convolutions know only equal strides down and across: others are taken of a
 * convolution with stride one, whose outputs in between have no gradient.
 */
const evenStrides =
  (one: Gradient): Gradient =>
  (x, w, dy, attrs) => {
    const [down, right] = attrs.stride;
    if (down === right) return one(x, w, dy, attrs);
    return tf.tidy(() => {
      const spread = tf.transpose(spreadOut(tf.transpose(dy, [1, 2, 0, 3]), attrs.stride), [2, 0, 1, 3]);
      const rest = [0, 1].map((i) => x.shape[i + 1] + 2 * attrs.padding[i] - w.shape[i] + 1 - spread.shape[i + 1]);
      const full = tf.pad(spread, [
        [0, 0],
        [0, rest[0]],
        [0, rest[1]],
        [0, 0],
      ]);
      return one(x, w, full, { ...attrs, stride: [1, 1] });
    });
  };

/** TensorFlow's Conv2D computes groups, its gradients on the CPU do not: they are taken group by group. */
const grouped =
  (one: Gradient): Gradient =>
  (x, w, dy, attrs) => {
    if (attrs.groups === 1) return one(x, w, dy, attrs);
    const [inputs, kernels, outputs] = [x, w, dy].map((tensor) => tf.split(tensor, attrs.groups, 3));
    return tf.concat(
      inputs.map((input, i) => one(input, kernels[i], outputs[i], attrs)),
      3,
    );
  };

/**
 * Registers one kind of convolution with tfjs, gradients included. As a kernel of its own, and not through
 * `tf.customGrad`, each gradient is computed only where something asks for it: nothing asks for the pictures'.
 */
function registerConvolution(kernelName: string, forward: string, toInput: Gradient, toFilter: Gradient): void {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const [x, w] = [inputs.x as tf.Tensor, inputs.w as tf.Tensor];
      return rawOp(forward, attributes(x.shape, w.shape, attrs as unknown as ConvAttributes), [x, w])[0];
    },
  });
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'w'],
    gradFunc: (dy, [x, w], attrs) => ({
      x: () => toInput(x, w, dy as tf.Tensor, attrs as unknown as ConvAttributes),
      w: () => toFilter(x, w, dy as tf.Tensor, attrs as unknown as ConvAttributes),
    }),
  });
}

registerConvolution(
  'NativeConv2D',
  DENSE.forward,
  grouped(undilated(inputGradient(DENSE), 'input')),
  grouped(undilated(filterGradient(DENSE), 'filter')),
);
registerConvolution(
  'NativeDepthwiseConv2D',
  DEPTHWISE.forward,
  undilated(evenStrides(inputGradient(DEPTHWISE)), 'input'),
  undilated(evenStrides(filterGradient(DEPTHWISE)), 'filter'),
);

/**
 * Convolution on TensorFlow's own kernels, with gradients. tfjs's wrappers are passed by because they lack groups, and
 * because their gradients drop explicit padding.
 *
 * @param w [kh, kw, in / groups, out]; for `depthwise` [kh, kw, in, multiplier]
 */
export function nativeConv(x: tf.Tensor, w: tf.Tensor, attrs: ConvAttributes, depthwise: boolean): tf.Tensor {
  const kernelName = depthwise ? 'NativeDepthwiseConv2D' : 'NativeConv2D';
  return tf.engine().runKernel<tf.Tensor>(kernelName, { x, w }, attrs as unknown as tf.NamedAttrMap);
}
