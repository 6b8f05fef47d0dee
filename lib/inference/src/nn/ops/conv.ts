import { isNative, tf } from '../../backend';
import { convolve } from './conv-kernels';
import { defineOp } from './define';
import {
  FLOAT,
  shapeText,
  sizeOf,
  type Application,
  type OpUse,
  type Shape,
  type TensorFlowAttribute,
  type TensorFlowEmitter,
} from './definition';
import { nchw } from './onnx-layout';
import { pair, type Pair } from './pair';
import { outputSize } from './window';

/** Settings of a convolution as PyTorch names them; padding is added on both sides of each axis. */
export interface ConvAttributes extends Record<string, unknown> {
  stride: readonly [number, number];
  padding: readonly [number, number];
  dilation: readonly [number, number];
  groups: number;
}

/** The same as an argument. */
export interface Conv2dSettings {
  /** Default 1. */
  stride?: Pair;
  /** Zeros on both sides of each axis. Default 0. */
  padding?: Pair;
  /** Default 1. */
  dilation?: Pair;
  /** Default 1. */
  groups?: number;
}

function shape([x, w, b]: readonly Shape[], { stride, padding, dilation, groups }: ConvAttributes): Shape {
  if (x.length !== 4)
    throw new Error(`conv2d expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
  const [kh, kw, inPerGroup, out] = w;
  if (x[3] !== inPerGroup * groups) {
    throw new Error(
      `conv2d expects ${inPerGroup * groups} input channels (the last dimension), got shape ${shapeText(x)}.`,
    );
  }
  if (b && b[0] !== out) throw new Error(`conv2d expects a bias of ${out} values, got shape ${shapeText(b)}.`);
  const height = outputSize(x[1], { kernel: kh, stride: stride[0], padding: padding[0], dilation: dilation[0] });
  const width = outputSize(x[2], { kernel: kw, stride: stride[1], padding: padding[1], dilation: dilation[1] });
  if (height < 1 || width < 1) {
    throw new Error(
      `conv2d with a ${kh}x${kw} kernel leaves nothing of a picture of ${x[1]}x${x[2]} pixels: use a larger picture.`,
    );
  }
  return [x[0], height, width, out];
}

const isDepthwise = (x: Shape, groups: number): boolean => groups > 1 && groups === x[3];

/**
 * oneDNN's kernel for pictures of one channel reads beside its input where the strides differ and the output is one pixel
 * wide (TensorFlow 2.21, seen by random networks): a second channel of zeros takes another kernel, with the same result.
 */
const needsSecondChannel = ([, , , channels]: Shape, [a, b]: readonly [number, number]): boolean =>
  channels === 1 && a !== b;

const secondChannel = (t: tf.Tensor, axis: number): tf.Tensor =>
  tf.pad(
    t,
    t.shape.map((_, i): [number, number] => [0, i === axis ? 1 : 0]),
  );

/** Input and kernel of a convolution as TensorFlow's kernels take them. */
export function convOperands(
  emit: TensorFlowEmitter,
  [x, w]: readonly string[],
  { inputs: [shape], attrs }: OpUse<ConvAttributes>,
): [x: string, w: string] {
  if (!needsSecondChannel(shape, attrs.stride)) return [x, w];
  const twice = (value: string, axis: number): string =>
    emit.node('ConcatV2', [value, emit.node('ZerosLike', [value], FLOAT), emit.ints([axis], [])], {
      ...FLOAT,
      Tidx: { type: 'int32' },
      N: { i: 2 },
    });
  return [twice(x, 3), twice(w, 2)];
}

function kernel([x, w, b]: tf.Tensor[], attrs: ConvAttributes): tf.Tensor {
  if (isNative() && needsSecondChannel(x.shape, attrs.stride))
    return kernel([secondChannel(x, 3), secondChannel(w, 2), ...(b ? [b] : [])], { ...attrs, groups: 1 });
  const [kh, kw, , out] = w.shape;
  const depthwise = isDepthwise(x.shape, attrs.groups);
  const weight = depthwise ? tf.reshape(w, [kh, kw, attrs.groups, out / attrs.groups]) : w;
  const y = convolve(x, weight, attrs, depthwise ? 'depthwise' : 'dense');
  return b ? tf.add(y, b) : y;
}

/** Attributes of TensorFlow's Conv2D and of its fused forms. */
export function convTensorFlowAttributes({
  stride,
  padding: [h, v],
  dilation,
}: ConvAttributes): Readonly<Record<string, TensorFlowAttribute>> {
  return {
    ...FLOAT,
    strides: { ints: [1, ...stride, 1] },
    dilations: { ints: [1, ...dilation, 1] },
    data_format: { s: 'NHWC' },
    ...(h || v
      ? { padding: { s: 'EXPLICIT' }, explicit_paddings: { ints: [0, 0, h, h, v, v, 0, 0] } }
      : { padding: { s: 'VALID' } }),
  };
}

function signature(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor | null,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv2dSettings = {},
): Application<ConvAttributes> {
  const attrs = { stride: pair(stride), padding: pair(padding), dilation: pair(dilation), groups };
  return { inputs: bias ? [x, weight, bias] : [x, weight], attrs };
}

/** 2-D convolution (cross-correlation): inputs x, weight [kh, kw, in / groups, out] and, if there is one, bias [out]. */
export const conv2d = defineOp({
  name: 'conv2d',
  traits: { kind: 'product', weight: 'conv' },
  signature,
  shape,
  kernel,
  count({ inputs: [, w, b], output }) {
    const macs = sizeOf(output) * w[0] * w[1] * w[2];
    return { macs, ptflops: macs + (b ? sizeOf(output) : 0), fvcore: macs };
  },
  tensorflow(emit, [x, w, b], use) {
    // Also for depthwise kernels: DepthwiseConv2dNative loses its explicit padding when TensorFlow's optimiser fuses it, and aborts.
    const y = emit.node('Conv2D', convOperands(emit, [x, w], use), convTensorFlowAttributes(use.attrs));
    return b ? emit.node('BiasAdd', [y, b], { ...FLOAT, data_format: { s: 'NHWC' } }) : y;
  },
  onnx(emit, { inputs: [, w, b], attrs: { stride, padding, dilation, groups } }) {
    const inputs = [emit.input(0, 'nchw'), emit.weights(1, [3, 2, 0, 1]), ...(b ? [emit.weights(2)] : [])];
    return nchw(
      emit.node('Conv', inputs, {
        kernel_shape: { ints: w.slice(0, 2) },
        strides: { ints: stride },
        pads: { ints: [...padding, ...padding] },
        dilations: { ints: dilation },
        group: { i: groups },
      }),
    );
  },
});
