import { isNative, tf } from '../../backend';
import { defineOp } from './define';
import {
  FLOAT,
  shapeText,
  sizeOf,
  type Application,
  type Counts,
  type NoAttributes,
  type OnnxAttribute,
  type OnnxEmitter,
  type OnnxValue,
  type Operation,
  type OpUse,
  type Shape,
  type TensorFlowEmitter,
  type Traits,
} from './definition';
import { hasOneDnnPooling, oneDnnMaxPool } from './max-pool-native';
import { nchw } from './onnx-layout';
import { pair, type Pair } from './pair';
import { beyondEnd, outputSize, type Window } from './window';

/** Settings of a pooling window as PyTorch names them. */
export interface PoolAttributes extends Record<string, unknown> {
  kernelSize: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
  /** Whether windows that reach beyond the padded picture count; see {@link MaxPoolSettings}. */
  ceilMode?: true;
}

/** The same as an argument. */
export interface PoolSettings {
  kernelSize: Pair;
  /** Default: kernelSize. */
  stride?: Pair;
  /** Default 0. */
  padding?: Pair;
}

/** The same of max pooling. */
export interface MaxPoolSettings extends PoolSettings {
  /**
   * Whether a last window that lies only partly in the picture counts, as PyTorch's `ceil_mode`: it must begin in the
   * picture or the padding before it. Default false.
   */
  ceilMode?: boolean;
}

const windowOf = ({ kernelSize, stride, padding, ceilMode }: PoolAttributes, i: 0 | 1): Window => ({
  kernel: kernelSize[i],
  stride: stride[i],
  padding: padding[i],
  ceil: ceilMode,
});

function poolShape(name: string, x: Shape, attrs: PoolAttributes): Shape {
  if (x.length !== 4)
    throw new Error(`${name} expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
  const [height, width] = ([0, 1] as const).map((i) => outputSize(x[i + 1], windowOf(attrs, i)));
  if (height < 1 || width < 1) {
    throw new Error(
      `${name} with a ${attrs.kernelSize.join('x')} window leaves nothing of a picture of ${x[1]}x${x[2]} pixels: use a larger picture.`,
    );
  }
  return [x[0], height, width, x[3]];
}

interface Pooling {
  traits?: Omit<Traits, 'kind'>;
  run: (x: tf.Tensor4D, attrs: PoolAttributes) => tf.Tensor;
  node: string;
  onnxNode: { op: string; attributes?: Readonly<Record<string, OnnxAttribute>> };
  /** What padding must hold so that it never wins: pooling nodes of TensorFlow know no explicit padding. */
  padValue: number;
}

/** Numbers before and after height and width, with what windows take beyond the padding. */
function poolPadding(picture: Shape, attrs: PoolAttributes): Array<[before: number, after: number]> {
  return ([0, 1] as const).map((i) => {
    const window = windowOf(attrs, i);
    const before = attrs.padding[i];
    return [before, before + beyondEnd(picture[i + 1], window)];
  });
}

const isPadded = (padding: ReturnType<typeof poolPadding>): boolean => padding.flat().some((n) => n > 0);

/** The same for all four dimensions of a picture. */
const paddings = (padding: ReturnType<typeof poolPadding>): Array<[number, number]> => [[0, 0], ...padding, [0, 0]];

function poolOnTensorFlow(
  { node, padValue }: Pooling,
  emit: TensorFlowEmitter,
  x: string,
  { inputs: [picture], attrs }: OpUse<PoolAttributes>,
): string {
  const padding = poolPadding(picture, attrs);
  const pad = (): string => {
    const inputs = [x, emit.ints(paddings(padding).flat(), [4, 2]), emit.floats([padValue], [])];
    return emit.node('PadV2', inputs, { ...FLOAT, Tpaddings: { type: 'int32' } });
  };
  return emit.node(node, [isPadded(padding) ? pad() : x], {
    ...FLOAT,
    ksize: { ints: [1, ...attrs.kernelSize, 1] },
    strides: { ints: [1, ...attrs.stride, 1] },
    padding: { s: 'VALID' },
    data_format: { s: 'NHWC' },
  });
}

function poolOnOnnx(
  { onnxNode }: Pooling,
  emit: OnnxEmitter,
  { inputs: [picture], attrs }: OpUse<PoolAttributes>,
): OnnxValue {
  const [[top, bottom], [left, right]] = poolPadding(picture, attrs);
  return nchw(
    emit.node(onnxNode.op, [emit.input(0, 'nchw')], {
      kernel_shape: { ints: attrs.kernelSize },
      strides: { ints: attrs.stride },
      pads: { ints: [top, left, bottom, right] },
      ...onnxNode.attributes,
    }),
  );
}

function pooling<S extends MaxPoolSettings>(
  name: string,
  how: Pooling,
): Operation<PoolAttributes, [x: tf.Tensor, settings: S]> {
  return defineOp({
    name,
    traits: { kind: 'pooling', ...how.traits },
    signature: (x: tf.Tensor, settings: S): Application<PoolAttributes> => {
      const { kernelSize, stride = kernelSize, padding = 0, ceilMode = false } = settings;
      const attrs = { kernelSize: pair(kernelSize), stride: pair(stride), padding: pair(padding) };
      return { inputs: [x], attrs: { ...attrs, ...(ceilMode && { ceilMode }) } };
    },
    shape: ([x], attrs) => poolShape(name, x, attrs),
    kernel([x], attrs) {
      const padding = poolPadding(x.shape, attrs);
      const padded = isPadded(padding) ? tf.pad(x, paddings(padding), how.padValue) : x;
      return how.run(padded as tf.Tensor4D, attrs);
    },
    count: () => ({}),
    tensorflow: (emit, [x], use) => poolOnTensorFlow(how, emit, x, use),
    onnx: (emit, use) => poolOnOnnx(how, emit, use),
  });
}

const LOWEST = -3.4028234663852886e38;

/** Largest value of each window; padding never wins. */
export const maxPool = pooling<MaxPoolSettings>('maxPool', {
  traits: { keepsValues: true },
  run: (x, { kernelSize, stride }) =>
    isNative() && hasOneDnnPooling()
      ? oneDnnMaxPool(x, kernelSize, stride)
      : tf.maxPool(x, [...kernelSize], [...stride], 'valid'),
  node: 'MaxPool',
  onnxNode: { op: 'MaxPool' },
  padValue: LOWEST,
});

/** Mean of each window; padding counts as zeros (PyTorch's `count_include_pad`). */
export const avgPool = pooling<PoolSettings>('avgPool', {
  run: (x, { kernelSize, stride }) => tf.avgPool(x, [...kernelSize], [...stride], 'valid'),
  node: 'AvgPool',
  onnxNode: { op: 'AveragePool', attributes: { count_include_pad: { i: 1 } } },
  padValue: 0,
});

function globalCount({ inputs: [x] }: { inputs: readonly Shape[] }): Counts {
  return { fvcore: sizeOf(x) };
}

/** Mean over height and width, both kept as 1: PyTorch's `AdaptiveAvgPool2d(1)`. */
export const globalAvgPool = defineOp({
  name: 'globalAvgPool',
  traits: { kind: 'pooling' },
  signature: (x: tf.Tensor): Application<NoAttributes> => ({ inputs: [x], attrs: {} }),
  shape([x]) {
    if (x.length !== 4)
      throw new Error(`globalAvgPool expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
    return [x[0], 1, 1, x[3]];
  },
  kernel: ([x]) => tf.mean(x, [1, 2], true),
  count: globalCount,
  tensorflow(emit, [x]) {
    return emit.node('Mean', [x, emit.ints([1, 2])], { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { b: true } });
  },
  onnx: (emit) => nchw(emit.node('GlobalAveragePool', [emit.input(0, 'nchw')])),
});
