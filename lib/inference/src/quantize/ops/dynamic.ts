import { tf } from '../../backend';
import {
  defineOp,
  FLOAT,
  linear,
  type OnnxEmitter,
  type OpUse,
  type Attributes,
  type TensorFlowEmitter,
} from '../../nn/ops';

/**
 * Rounds to unsigned 8 bits over the tensor's own range, in the steps of ONNX's DynamicQuantizeLinear: the range takes
 * in zero, scale = (max - min) / 255, zero point = round(-min / scale).
 */
function roundToOwnRange(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const low = tf.minimum(tf.min(x), 0);
    const scale = tf.maximum(tf.div(tf.sub(tf.maximum(tf.max(x), 0), low), 255), 1e-30);
    const zeroPoint = tf.clipByValue(tf.round(tf.div(tf.neg(low), scale)), 0, 255);
    const integers = tf.clipByValue(tf.add(tf.round(tf.div(x, scale)), zeroPoint), 0, 255);
    return tf.mul(tf.sub(integers, zeroPoint), scale);
  });
}

function roundOnTensorFlow(emit: TensorFlowEmitter, x: string, rank: number): string {
  const scalar = (value: number): string => emit.floats([value], []);
  const node = (op: string, ...inputs: string[]): string => emit.node(op, inputs, FLOAT);
  const axes = emit.ints(Array.from({ length: rank }, (_, i) => i));
  const reduce = (op: string): string =>
    emit.node(op, [x, axes], { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { b: false } });
  const low = node('Minimum', reduce('Min'), scalar(0));
  const range = node('Sub', node('Maximum', reduce('Max'), scalar(0)), low);
  const scale = node('Maximum', node('RealDiv', range, scalar(255)), scalar(1e-30));
  const limit = (value: string): string => node('Minimum', node('Maximum', value, scalar(0)), scalar(255));
  const zeroPoint = limit(node('Round', node('RealDiv', node('Neg', low), scale)));
  const integers = limit(node('AddV2', node('Round', node('RealDiv', x, scale)), zeroPoint));
  return node('Mul', node('Sub', integers, zeroPoint), scale);
}

/** The nodes that onnxruntime merges into its dynamic 8-bit product. */
function onOnnx(emit: OnnxEmitter, { inputs: [, , bias] }: OpUse<Attributes>): string {
  const [integers, scale, zeroPoint] = emit.nodeWithOutputs('DynamicQuantizeLinear', [emit.input(0)], 3);
  const weight = emit.quantizedWeights(1);
  const product = emit.node('MatMulInteger', [integers, weight.integers, zeroPoint]);
  const factor = emit.node('Mul', [scale, weight.scale]);
  const y = emit.node('Mul', [emit.node('Cast', [product], { to: { i: 1 } }), factor]);
  return bias ? emit.node('Add', [y, emit.weights(2)]) : y;
}

/** A dense layer with integer weights whose input is rounded to 8 bits over its own range. */
export const dynamicLinear = defineOp<Attributes>({
  name: 'dynamicLinear',
  traits: { kind: 'product' }, // no layer to others: its weight is in integers already
  shape: (inputs) => linear.shape(inputs, {}),
  kernel: ([x, ...rest]) => linear.kernel([roundToOwnRange(x), ...rest], {}),
  count: (use) => linear.count({ ...use, attrs: {} }),
  tensorflow: (emit, [x, ...rest], use) =>
    linear.tensorflow(emit, [roundOnTensorFlow(emit, x, use.inputs[0].length), ...rest], { ...use, attrs: {} }),
  onnx: (emit, use) => ({ name: onOnnx(emit, use), layout: 'plain' }),
});
