import { spread, tf } from '../../backend';
import type { ConvAttributes } from './conv';
import { NATIVE_DENSE, NATIVE_DEPTHWISE } from './conv-native';
import { PORTABLE_DENSE, PORTABLE_DEPTHWISE } from './conv-portable';

/** A convolution of pictures by a kernel. */
type Forward = (x: tf.Tensor, w: tf.Tensor, attrs: ConvAttributes) => tf.Tensor;

/** Gradient of one input, from that of the output. */
type Gradient = (x: tf.Tensor, w: tf.Tensor, dy: tf.Tensor, attrs: ConvAttributes) => tf.Tensor;

/** One kind of convolution as one engine computes it. */
export interface ConvKernels {
  forward: Forward;
  /** Gradient of the pictures. */
  input: Gradient;
  /** Gradient of the kernel. */
  filter: Gradient;
}

/** Zeros between the values along the first two dimensions: what a dilated kernel is without dilation. */
const spreadOut = (w: tf.Tensor, [down, right]: readonly [number, number]): tf.Tensor =>
  spread(spread(w, 0, down), 1, right);

/** No engine's gradients know dilation everywhere: they are taken of the kernel with zeros between its values. */
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
      const apart = spread(spread(dy, 1, down), 2, right);
      const rest = [0, 1].map((i) => x.shape[i + 1] + 2 * attrs.padding[i] - w.shape[i] + 1 - apart.shape[i + 1]);
      const full = tf.pad(apart, [
        [0, 0],
        [0, rest[0]],
        [0, rest[1]],
        [0, 0],
      ]);
      return one(x, w, full, { ...attrs, stride: [1, 1] });
    });
  };

/** No engine's gradients know groups: they are taken group by group. */
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

/** tfjs's depthwise convolutions know dilation or a stride, not both at once. */
const oneAtATime =
  (one: Forward): Forward =>
  (x, w, attrs) => {
    const { stride, dilation } = attrs;
    if ([stride, dilation].some((pair) => pair.every((n) => n === 1))) return one(x, w, attrs);
    return tf.tidy(() => one(x, spreadOut(w, dilation), { ...attrs, dilation: [1, 1] }));
  };

/** A convolution group by group, for engines that know none. */
const groupByGroup =
  (one: Forward): Forward =>
  (x, w, attrs) => {
    if (attrs.groups === 1) return one(x, w, attrs);
    return tf.tidy(() => {
      const [inputs, kernels] = [x, w].map((tensor) => tf.split(tensor, attrs.groups, 3));
      return tf.concat(
        inputs.map((input, i) => one(input, kernels[i], attrs)),
        3,
      );
    });
  };

const dense = ({ forward, input, filter }: ConvKernels): ConvKernels => ({
  forward,
  input: grouped(undilated(input, 'input')),
  filter: grouped(undilated(filter, 'filter')),
});
const depthwise = ({ forward, input, filter }: ConvKernels): ConvKernels => ({
  forward,
  input: undilated(evenStrides(input), 'input'),
  filter: undilated(evenStrides(filter), 'filter'),
});

const portable = {
  dense: dense({ ...PORTABLE_DENSE, forward: groupByGroup(PORTABLE_DENSE.forward) }),
  depthwise: depthwise({ ...PORTABLE_DEPTHWISE, forward: oneAtATime(PORTABLE_DEPTHWISE.forward) }),
};

/** What computes convolutions on each backend of tfjs. */
const BY_BACKEND: Readonly<Record<string, Record<'dense' | 'depthwise', ConvKernels>>> = {
  tensorflow: { dense: dense(NATIVE_DENSE), depthwise: depthwise(NATIVE_DEPTHWISE) },
  wasm: portable,
  cpu: portable,
};

/** The kernels are registered by these names. */
const KERNEL_NAMES = { dense: 'GroupedConv2D', depthwise: 'GroupedDepthwiseConv2D' } as const;

/**
 * Registers one kind of convolution with tfjs, gradients included. As a kernel of its own, and not through
 * `tf.customGrad`, each gradient is computed only where something asks for it: nothing asks for the pictures'.
 */
function registerConvolution(kind: 'dense' | 'depthwise'): void {
  const kernelName = KERNEL_NAMES[kind];
  const attributesOf = (attrs: object | undefined): ConvAttributes => attrs as ConvAttributes;
  for (const [backendName, kinds] of Object.entries(BY_BACKEND))
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        kinds[kind].forward(inputs.x as tf.Tensor, inputs.w as tf.Tensor, attributesOf(attrs)),
    });
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'w'],
    gradFunc(dy, [x, w], attrs) {
      const kernels = BY_BACKEND[tf.getBackend()][kind];
      return {
        x: () => kernels.input(x, w, dy as tf.Tensor, attributesOf(attrs)),
        w: () => kernels.filter(x, w, dy as tf.Tensor, attributesOf(attrs)),
      };
    },
  });
}

registerConvolution('dense');
registerConvolution('depthwise');

/**
 * Convolution on the kernels of the backend that computes, with gradients.
 *
 * @param w [kh, kw, in / groups, out]; for `depthwise` [kh, kw, in, multiplier]
 */
export function convolve(x: tf.Tensor, w: tf.Tensor, attrs: ConvAttributes, kind: 'dense' | 'depthwise'): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(KERNEL_NAMES[kind], { x, w }, attrs as unknown as tf.NamedAttrMap);
}
