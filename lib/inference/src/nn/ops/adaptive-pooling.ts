import { tf } from '../../backend';
import { integer } from '../../check';
import { defineOp } from './define';
import {
  FLOAT,
  shapeText,
  sizeOf,
  type Application,
  type OnnxEmitter,
  type OpUse,
  type TensorFlowEmitter,
} from './definition';
import { plain } from './onnx-layout';

/** Height and width of the output. */
interface AdaptiveAttributes extends Record<string, unknown> {
  outputSize: readonly [number, number];
}

/** [outputs, inputs]: row i is the mean that output i takes. */
function means(inputs: number, outputs: number): Float32Array {
  const matrix = new Float32Array(outputs * inputs);
  for (let i = 0; i < outputs; i++) {
    const [from, to] = [Math.floor((i * inputs) / outputs), Math.ceil(((i + 1) * inputs) / outputs)];
    matrix.fill(1 / (to - from), i * inputs + from, i * inputs + to);
  }
  return matrix;
}

/** The steps of the two products as any of the three writers takes them. */
interface Writer<T> {
  matrix(values: Float32Array, shape: readonly number[]): T;
  product(matrix: T, x: T): T;
  reshape(x: T, shape: readonly number[]): T;
}

/** Means along the height, then along the width, each a product with a matrix. */
function pool<T>(x: T, picture: readonly number[], [height, width]: readonly [number, number], on: Writer<T>): T {
  const [, h, w, channels] = picture;
  const rows = on.reshape(x, [-1, h, w * channels]);
  const short = on.product(on.matrix(means(h, height), [1, height, h]), rows);
  const columns = on.reshape(short, [-1, w, channels]);
  const small = on.product(on.matrix(means(w, width), [1, width, w]), columns);
  return on.reshape(small, [-1, height, width, channels]);
}

function onTensorFlow(emit: TensorFlowEmitter, x: string, { inputs, attrs }: OpUse<AdaptiveAttributes>): string {
  const product = { ...FLOAT, adj_x: { b: false }, adj_y: { b: false } };
  return pool(x, inputs[0], attrs.outputSize, {
    matrix: (values, shape) => emit.floats(values, shape),
    product: (a, b) => emit.node('BatchMatMulV2', [a, b], product),
    reshape: (value, shape) => emit.node('Reshape', [value, emit.ints(shape)], { ...FLOAT, Tshape: { type: 'int32' } }),
  });
}

const onOnnx = (emit: OnnxEmitter, { inputs, attrs }: OpUse<AdaptiveAttributes>): string =>
  pool(emit.input(0), inputs[0], attrs.outputSize, {
    matrix: (values, shape) => emit.floats([...values], shape),
    product: (a, b) => emit.node('MatMul', [a, b]),
    reshape: (value, shape) => emit.node('Reshape', [value, emit.ints(shape)]),
  });

/** tfjs's gradient of a product does not sum over what was broadcast; the matrix is a constant, so none is needed. */
function constantProduct(matrix: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const rows = x.shape[0];
  return tf.matMul(tf.tile(matrix, [rows, 1, 1]), x);
}

/** Mean of windows that cover a picture [batch, height, width, channels]: PyTorch's `AdaptiveAvgPool2d`. */
export const adaptiveAvgPool = defineOp({
  name: 'adaptiveAvgPool',
  traits: { kind: 'pooling' },
  signature: (x: tf.Tensor, outputSize: readonly [number, number]): Application<AdaptiveAttributes> => ({
    inputs: [x],
    attrs: { outputSize: [outputSize[0], outputSize[1]] },
  }),
  shape([x], { outputSize: [height, width] }) {
    if (x.length !== 4)
      throw new Error(`adaptiveAvgPool expects pictures [batch, height, width, channels], got shape ${shapeText(x)}.`);
    integer('The height that adaptiveAvgPool makes', height, { min: 1 });
    integer('The width that adaptiveAvgPool makes', width, { min: 1 });
    return [x[0], height, width, x[3]];
  },
  kernel: ([x], { outputSize }) =>
    pool(x, x.shape, outputSize, {
      matrix: (values, shape) => tf.tensor(values, [...shape]),
      product: constantProduct,
      reshape: (value, shape) => tf.reshape(value, [...shape]),
    }),
  count: ({ inputs: [x] }) => ({ fvcore: sizeOf(x) }),
  tensorflow: (emit, [x], use) => onTensorFlow(emit, x, use),
  onnx: (emit, use) => plain(onOnnx(emit, use)),
});
