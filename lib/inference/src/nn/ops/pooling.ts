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
  type Shape,
  type TensorFlowEmitter,
  type Traits,
} from './definition';
import { hasOneDnnPooling, oneDnnMaxPool } from './max-pool-native';
import { nchw } from './onnx-layout';
import { pair, type Pair } from './pair';
import { outputSize } from './window';

/** Settings of a pooling window as PyTorch names them. */
export interface PoolAttributes extends Record<string, unknown> {
  kernelSize: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
}

/** The same as an argument. */
export interface PoolSettings {
  kernelSize: Pair;
  /** Default: kernelSize. */
  stride?: Pair;
  /** Default 0. */
  padding?: Pair;
}

function poolShape(name: string, x: Shape, { kernelSize, stride, padding }: PoolAttributes): Shape {
  if (x.length !== 4)
    throw new Error(`${name} expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
  const [height, width] = [0, 1].map((i) =>
    outputSize(x[i + 1], { kernel: kernelSize[i], stride: stride[i], padding: padding[i] }),
  );
  if (height < 1 || width < 1) {
    throw new Error(
      `${name} with a ${kernelSize.join('x')} window leaves nothing of a picture of ${x[1]}x${x[2]} pixels: use a larger picture.`,
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

/** Numbers before and after each dimension of a picture. */
const paddings = ([h, w]: PoolAttributes['padding']): Array<[number, number]> => [
  [0, 0],
  [h, h],
  [w, w],
  [0, 0],
];

const isPadded = ({ padding: [h, w] }: PoolAttributes): boolean => h > 0 || w > 0;

function poolOnTensorFlow(
  { node, padValue }: Pooling,
  emit: TensorFlowEmitter,
  x: string,
  attrs: PoolAttributes,
): string {
  const pad = (): string => {
    const inputs = [x, emit.ints(paddings(attrs.padding).flat(), [4, 2]), emit.floats([padValue], [])];
    return emit.node('PadV2', inputs, { ...FLOAT, Tpaddings: { type: 'int32' } });
  };
  return emit.node(node, [isPadded(attrs) ? pad() : x], {
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
  { kernelSize, stride, padding }: PoolAttributes,
): OnnxValue {
  return nchw(
    emit.node(onnxNode.op, [emit.input(0, 'nchw')], {
      kernel_shape: { ints: kernelSize },
      strides: { ints: stride },
      pads: { ints: [...padding, ...padding] },
      ...onnxNode.attributes,
    }),
  );
}

function pooling(name: string, how: Pooling): Operation<PoolAttributes, [x: tf.Tensor, settings: PoolSettings]> {
  return defineOp({
    name,
    traits: { kind: 'pooling', ...how.traits },
    signature: (x: tf.Tensor, settings: PoolSettings): Application<PoolAttributes> => {
      const { kernelSize, stride = kernelSize, padding = 0 } = settings;
      return { inputs: [x], attrs: { kernelSize: pair(kernelSize), stride: pair(stride), padding: pair(padding) } };
    },
    shape: ([x], attrs) => poolShape(name, x, attrs),
    kernel([x], attrs) {
      const padded = isPadded(attrs) ? tf.pad(x, paddings(attrs.padding), how.padValue) : x;
      return how.run(padded as tf.Tensor4D, attrs);
    },
    count: () => ({}),
    tensorflow: (emit, [x], { attrs }) => poolOnTensorFlow(how, emit, x, attrs),
    onnx: (emit, { attrs }) => poolOnOnnx(how, emit, attrs),
  });
}

const LOWEST = -3.4028234663852886e38;

/** Largest value of each window; padding never wins. */
export const maxPool = pooling('maxPool', {
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
export const avgPool = pooling('avgPool', {
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
