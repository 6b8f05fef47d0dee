import { isNative, tf } from '../../backend';
import {
  defineOp,
  FLOAT,
  shapeText,
  sizeOf,
  type Counts,
  type OnnxAttribute,
  type OpDefinition,
  type Shape,
} from './definition';
import { hasOneDnnPooling, oneDnnMaxPool } from './max-pool-native';
import { nchw } from './onnx-layout';
import { outputSize } from './window';

/** Settings of a pooling window as PyTorch names them. */
export interface PoolAttributes extends Record<string, unknown> {
  kernelSize: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
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
  run: (x: tf.Tensor4D, attrs: PoolAttributes) => tf.Tensor;
  node: string;
  onnxNode: { op: string; attributes?: Readonly<Record<string, OnnxAttribute>> };
  /** What padding must hold so that it never wins: pooling nodes of TensorFlow know no explicit padding. */
  padValue: number;
}

function pooling(name: string, { run, node, onnxNode, padValue }: Pooling): OpDefinition<PoolAttributes> {
  return defineOp<PoolAttributes>({
    name,
    shape: ([x], attrs) => poolShape(name, x, attrs),
    kernel([x], attrs) {
      const [h, w] = attrs.padding;
      const padded =
        h || w
          ? tf.pad(
              x,
              [
                [0, 0],
                [h, h],
                [w, w],
                [0, 0],
              ],
              padValue,
            )
          : x;
      return run(padded as tf.Tensor4D, attrs);
    },
    count: () => ({}),
    tensorflow(
      emit,
      [x],
      {
        attrs: {
          kernelSize,
          stride,
          padding: [h, w],
        },
      },
    ) {
      const pads = emit.ints([0, 0, h, h, w, w, 0, 0], [4, 2]);
      const padded =
        h || w
          ? emit.node('PadV2', [x, pads, emit.floats([padValue], [])], { ...FLOAT, Tpaddings: { type: 'int32' } })
          : x;
      return emit.node(node, [padded], {
        ...FLOAT,
        ksize: { ints: [1, ...kernelSize, 1] },
        strides: { ints: [1, ...stride, 1] },
        padding: { s: 'VALID' },
        data_format: { s: 'NHWC' },
      });
    },
    onnx(emit, { attrs: { kernelSize, stride, padding } }) {
      const attributes = {
        kernel_shape: { ints: kernelSize },
        strides: { ints: stride },
        pads: { ints: [...padding, ...padding] },
      };
      return nchw(emit.node(onnxNode.op, [emit.input(0, 'nchw')], { ...attributes, ...onnxNode.attributes }));
    },
  });
}

const LOWEST = -3.4028234663852886e38;

/** Largest value of each window; padding never wins. */
export const maxPool = pooling('maxPool', {
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
export const globalAvgPool = defineOp<Record<string, never>>({
  name: 'globalAvgPool',
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
