import { isNative, rawOp, tf } from '../../backend';
import { defineOp, FLOAT, shapeText, sizeOf, type Shape } from './definition';

/** Settings of a convolution as PyTorch names them; padding is added on both sides of each axis. */
export interface ConvAttributes extends Record<string, unknown> {
  stride: readonly [number, number];
  padding: readonly [number, number];
  dilation: readonly [number, number];
  groups: number;
}

type Padding4 = [[number, number], [number, number], [number, number], [number, number]];

const outputSize = (size: number, kernel: number, stride: number, padding: number, dilation: number): number =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

function shape([x, w, b]: readonly Shape[], { stride, padding, dilation, groups }: ConvAttributes): Shape {
  if (x.length !== 4) throw new Error(`conv2d expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
  const [kh, kw, inPerGroup, out] = w;
  if (x[3] !== inPerGroup * groups) {
    throw new Error(`conv2d expects ${inPerGroup * groups} input channels (the last dimension), got shape ${shapeText(x)}.`);
  }
  if (b && b[0] !== out) throw new Error(`conv2d expects a bias of ${out} values, got shape ${shapeText(b)}.`);
  const height = outputSize(x[1], kh, stride[0], padding[0], dilation[0]);
  const width = outputSize(x[2], kw, stride[1], padding[1], dilation[1]);
  if (height < 1 || width < 1) {
    throw new Error(`conv2d with a ${kh}x${kw} kernel leaves nothing of a picture of ${x[1]}x${x[2]} pixels: use a larger picture.`);
  }
  return [x[0], height, width, out];
}

const isDepthwise = (x: Shape, groups: number): boolean => groups > 1 && groups === x[3];

/** Padding as tfjs takes it. */
function explicit(padding: readonly [number, number]): 'valid' | Padding4 {
  const [h, w] = padding;
  return h === 0 && w === 0 ? 'valid' : [[0, 0], [h, h], [w, w], [0, 0]];
}

/** TensorFlow's Conv2D takes grouped kernels, tfjs's wrapper refuses them; its gradient has no such form, so it splits. */
function grouped(x: tf.Tensor4D, w: tf.Tensor4D, attrs: ConvAttributes): tf.Tensor4D {
  const split = (input: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D => {
    const kernels = tf.split(kernel, attrs.groups, 3) as tf.Tensor4D[];
    return tf.concat((tf.split(input, attrs.groups, 3) as tf.Tensor4D[]).map((part, i) => plain(part, kernels[i], attrs)), 3);
  };
  if (!isNative()) return split(x, w);
  const run = tf.customGrad((input, kernel, save) => {
    const [h, v] = attrs.padding;
    (save as tf.GradSaveFunc)([input as tf.Tensor, kernel as tf.Tensor]);
    const [value] = rawOp('Conv2D', {
      T: { type: 'float32' }, strides: [1, ...attrs.stride, 1], padding: 'EXPLICIT', explicit_paddings: [0, 0, h, h, v, v, 0, 0],
      data_format: 'NHWC', use_cudnn_on_gpu: true, dilations: [1, ...attrs.dilation, 1],
    }, [input as tf.Tensor, kernel as tf.Tensor]);
    return { value, gradFunc: (dy, saved) => tf.grads(split as (...t: tf.Tensor[]) => tf.Tensor)(saved, dy) };
  });
  return run(x, w) as tf.Tensor4D;
}

function plain(x: tf.Tensor4D, w: tf.Tensor4D, { stride, padding, dilation }: ConvAttributes): tf.Tensor4D {
  return tf.conv2d(x, w, [...stride], explicit(padding) as 'valid', 'NHWC', [...dilation]);
}

function kernel([x, w, b]: tf.Tensor[], attrs: ConvAttributes): tf.Tensor {
  const input = x as tf.Tensor4D;
  const weight = w as tf.Tensor4D;
  let y: tf.Tensor;
  if (attrs.groups === 1) y = plain(input, weight, attrs);
  else if (isDepthwise(x.shape, attrs.groups)) {
    const [kh, kw, , out] = weight.shape;
    const perChannel = tf.reshape(weight, [kh, kw, attrs.groups, out / attrs.groups]) as tf.Tensor4D;
    y = tf.depthwiseConv2d(input, perChannel, [...attrs.stride], explicit(attrs.padding) as 'valid', 'NHWC', [...attrs.dilation]);
  } else y = grouped(input, weight, attrs);
  return b ? tf.add(y, b) : y;
}

/** 2-D convolution (cross-correlation): inputs x, weight [kh, kw, in / groups, out] and, if there is one, bias [out]. */
export const conv2d = defineOp<ConvAttributes>({
  name: 'conv2d',
  shape,
  kernel,
  count({ inputs: [, w, b], output }) {
    const macs = sizeOf(output) * w[0] * w[1] * w[2];
    return { macs, ptflops: macs + (b ? sizeOf(output) : 0), fvcore: macs };
  },
  tensorflow(emit, [x, w, b], { inputs, attrs: { stride, padding: [h, v], dilation, groups } }) {
    const attributes = {
      ...FLOAT, strides: { ints: [1, ...stride, 1] }, dilations: { ints: [1, ...dilation, 1] }, data_format: { s: 'NHWC' },
      ...(h || v ? { padding: { s: 'EXPLICIT' }, explicit_paddings: { ints: [0, 0, h, h, v, v, 0, 0] } } : { padding: { s: 'VALID' } }),
    };
    let y: string;
    if (isDepthwise(inputs[0], groups)) {
      const [kh, kw, , out] = inputs[1];
      const shape4 = emit.ints([kh, kw, groups, out / groups]);
      const perChannel = emit.node('Reshape', [w, shape4], { ...FLOAT, Tshape: { type: 'int32' } });
      y = emit.node('DepthwiseConv2dNative', [x, perChannel], attributes);
    } else y = emit.node('Conv2D', [x, w], attributes);
    return b ? emit.node('BiasAdd', [y, b], { ...FLOAT, data_format: { s: 'NHWC' } }) : y;
  },
});
