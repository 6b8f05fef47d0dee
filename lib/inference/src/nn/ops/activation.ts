import { tf } from '../../backend';
import { defineOp } from './define';
import {
  FLOAT,
  type Application,
  type NoAttributes,
  type OnnxEmitter,
  type Operation,
  type TensorFlowEmitter,
  type Traits,
} from './definition';
import { keepLayout, plain } from './onnx-layout';

type Emit = (emit: TensorFlowEmitter, x: string) => string;
type EmitOnnx = (emit: OnnxEmitter, x: string) => string;

const ofOne = (x: tf.Tensor): Application<NoAttributes> => ({ inputs: [x], attrs: {} });

/** An element-wise operation of one tensor; counters of multiply-adds give it no work. */
function elementwise(
  name: string,
  kernel: (x: tf.Tensor) => tf.Tensor,
  tensorflow: Emit,
  onnx: EmitOnnx,
  traits: Omit<Traits, 'kind'> = {},
): Operation<NoAttributes, [x: tf.Tensor]> {
  return defineOp({
    name,
    traits: { kind: 'elementwise', ...traits },
    signature: ofOne,
    shape: ([x]) => x,
    kernel: ([x]) => kernel(x),
    count: () => ({}),
    tensorflow: (emit, [x]) => tensorflow(emit, x),
    onnx: (emit) => keepLayout(emit, (x) => onnx(emit, x)),
  });
}

const scalar = (emit: TensorFlowEmitter, value: number): string => emit.floats([value], []);
const call =
  (name: string): Emit =>
  (emit, x) =>
    emit.node(name, [x], FLOAT);
const callOnnx =
  (name: string): EmitOnnx =>
  (emit, x) =>
    emit.node(name, [x]);
const times = (emit: TensorFlowEmitter, a: string, b: string): string => emit.node('Mul', [a, b], FLOAT);
const plus = (emit: TensorFlowEmitter, a: string, value: number): string =>
  emit.node('AddV2', [a, scalar(emit, value)], FLOAT);

const hardSigmoidNodes: Emit = (emit, x) =>
  times(emit, emit.node('Relu6', [plus(emit, x, 3)], FLOAT), scalar(emit, 1 / 6));
const hardSigmoidKernel = (x: tf.Tensor): tf.Tensor => tf.mul(tf.relu6(tf.add(x, 3)), 1 / 6);

export const relu = elementwise('relu', (x) => tf.relu(x), call('Relu'), callOnnx('Relu'), {
  clamps: [0, Infinity],
});
export const relu6 = elementwise(
  'relu6',
  (x) => tf.relu6(x),
  call('Relu6'),
  (emit, x) => emit.node('Clip', [x, emit.floats([0], []), emit.floats([6], [])]),
  { clamps: [0, 6] },
);
export const sigmoid = elementwise('sigmoid', (x) => tf.sigmoid(x), call('Sigmoid'), callOnnx('Sigmoid'));
export const tanh = elementwise('tanh', (x) => tf.tanh(x), call('Tanh'), callOnnx('Tanh'));
export const exp = elementwise('exp', (x) => tf.exp(x), call('Exp'), callOnnx('Exp'));
/** x · sigmoid(x) (Elfwing et al. 2017). */
export const silu = elementwise(
  'silu',
  (x) => tf.mul(x, tf.sigmoid(x)),
  (emit, x) => times(emit, x, call('Sigmoid')(emit, x)),
  (emit, x) => emit.node('Mul', [x, callOnnx('Sigmoid')(emit, x)]),
);
/** relu6(x + 3) / 6 (Howard et al. 2019). */
export const hardSigmoid = elementwise('hardSigmoid', hardSigmoidKernel, hardSigmoidNodes, (emit, x) =>
  emit.node('HardSigmoid', [x], { alpha: { f: 1 / 6 }, beta: { f: 0.5 } }),
);
/** x · hardSigmoid(x) (Howard et al. 2019). */
export const hardSwish = elementwise(
  'hardSwish',
  (x) => tf.mul(x, hardSigmoidKernel(x)),
  (emit, x) => times(emit, x, hardSigmoidNodes(emit, x)),
  callOnnx('HardSwish'),
);
/** x · Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016). */
export const gelu = elementwise(
  'gelu',
  (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  (emit, x) =>
    times(
      emit,
      times(emit, x, scalar(emit, 0.5)),
      plus(emit, call('Erf')(emit, times(emit, x, scalar(emit, Math.SQRT1_2))), 1),
    ),
  callOnnx('Gelu'),
);

/** Limits every value to at most `max`. */
export const clampMax = defineOp({
  name: 'clampMax',
  traits: { kind: 'elementwise' },
  signature: (x: tf.Tensor, max: number): Application<{ max: number }> => ({ inputs: [x], attrs: { max } }),
  shape: ([x]) => x,
  kernel: ([x], { max }) => tf.minimum(x, max),
  count: () => ({}),
  tensorflow: (emit, [x], { attrs }) => emit.node('Minimum', [x, scalar(emit, attrs.max)], FLOAT),
  onnx: (emit, { attrs }) => keepLayout(emit, (x) => emit.node('Min', [x, emit.floats([attrs.max], [])])),
});

/**
 * Softmax of integers is taken behind a difference from the largest one, which changes nothing: onnxruntime merges it with
 * the rounding on both sides otherwise, and its kernel in 8 bits gives 0 as the share of a value alone.
 */
function softmaxOnOnnx(emit: OnnxEmitter): string {
  const x = emit.input(0);
  const from = emit.isRounded(0)
    ? emit.node('Sub', [x, emit.node('ReduceMax', [x, emit.ints([-1])], { keepdims: { i: 1 } })])
    : x;
  return emit.node('Softmax', [from], { axis: { i: -1 } });
}

/** Softmax over the last dimension. */
export const softmax = defineOp({
  name: 'softmax',
  traits: { kind: 'normalization' },
  signature: ofOne,
  shape: ([x]) => x,
  kernel: ([x]) => tf.softmax(x, -1),
  count: () => ({}),
  tensorflow: (emit, [x]) => emit.node('Softmax', [x], FLOAT),
  onnx: (emit) => plain(softmaxOnOnnx(emit)),
});
