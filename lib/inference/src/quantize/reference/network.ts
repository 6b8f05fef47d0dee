import { tf } from '../../backend';
import {
  computeNode,
  interpret,
  quantizedOf,
  tensorOf,
  tensorsOf,
  valueOf,
  type GraphHolder,
  type GraphInput,
  type GraphNode,
} from '../../graph';
import { add, avgPool, conv2d, globalAvgPool, isFixed, isOp, linear, maxPool, OpRules, traitsOf } from '../../nn/ops';
import { quantizeDequantize, type Grid } from '../ops';
import {
  dequantizeSums,
  dequantizeValues,
  quantizeValues,
  requantize,
  type Accumulators,
  type IntegerTensor,
} from './integers';
import { addIntegers, averagePoolIntegers, globalAverageIntegers, maxPoolIntegers } from './joins';
import { convolve, dense, type IntegerWeights } from './products';

interface FloatValue {
  kind: 'float';
  shape: readonly number[];
  data: Float32Array;
  /** What an input of integers holds, which operations on integers read. */
  integers?: Int32Array;
}

/**
 * A value on its way: 8-bit integers, or a computation that waits for the scale of its result; sums of products may leave
 * as real numbers too. `float` values are computed by the operation's own kernel; `fixed` are parameters and constants.
 */
type Value =
  | { kind: 'integers'; value: IntegerTensor }
  | { kind: 'sums'; sums: Accumulators }
  | { kind: 'pending'; finish(grid: Grid): IntegerTensor; inFloat?(): FloatValue }
  | FloatValue
  | { kind: 'fixed'; node: GraphNode };

/**
 * Runs a statically quantized network with the integer kernels of this folder, as an engine with 8-bit kernels does.
 * Operations that stay in float run in float. Slow: for small networks.
 *
 * @param model from `quantize.convert` in static mode
 * @param x [batch, ...], or a list with a tensor for each input
 * @returns the network's output; the caller frees it
 */
export function runInIntegers({ graph }: GraphHolder, x: GraphInput): tf.Tensor {
  const tensors = tensorsOf(x, graph.inputs.length);
  const { shape, data } = asFloat(
    interpret<Value>(graph, {
      source: (node) => (isFixed(node) ? { kind: 'fixed', node } : inputValue(tensors[graph.inputs.indexOf(node)])),
      compute: step,
    }),
  );
  return tf.tensor(data, [...shape]);
}

function inputValue(x: tf.Tensor): FloatValue {
  const values = x.dataSync() as Float32Array | Int32Array;
  const { shape } = x;
  if (!(values instanceof Int32Array)) return { kind: 'float', shape, data: values };
  return { kind: 'float', shape, data: Float32Array.from(values), integers: values };
}

function step(node: GraphNode, inputs: readonly Value[]): Value {
  const [first] = inputs;
  if (isOp(node, quantizeDequantize)) return { kind: 'integers', value: toIntegers(first, node.attrs) };
  if (first?.kind === 'integers') {
    const made = onIntegers(node, first.value, inputs);
    if (made) return made;
  }
  // The rounding that follows saturates where the activation ends.
  const { clamps } = traitsOf(node);
  if (clamps && (first.kind === 'sums' || first.kind === 'pending')) return rectified(node, first, clamps);
  return inFloat(node, inputs);
}

function onIntegers(node: GraphNode, x: IntegerTensor, inputs: readonly Value[]): Value | undefined {
  const rule = INTEGER_RULES.of(node);
  if (rule) return rule(node, x, inputs);
  return traitsOf(node).keepsValues && { kind: 'integers', value: moved(node, x) };
}

/** What operations do with integers; others that keep their values move them, the rest computes in float. */
const INTEGER_RULES = new OpRules<[x: IntegerTensor, inputs: readonly Value[]], Value | undefined>()
  .set(conv2d, (node, x) => ({ kind: 'sums', sums: convolve(x, weightsOf(node), node.attrs) }))
  .set(linear, (node, x) => ({ kind: 'sums', sums: dense(x, weightsOf(node)) }))
  .set(maxPool, ({ attrs }, x) => ({ kind: 'integers', value: maxPoolIntegers(x, attrs) }))
  .set(avgPool, ({ attrs }, x) => ({ kind: 'pending', finish: (grid) => averagePoolIntegers(x, attrs, grid) }))
  .set(globalAvgPool, (_node, x) => ({ kind: 'pending', finish: (grid) => globalAverageIntegers(x, grid) }))
  .set(add, (_node, x, [, other]) =>
    other.kind === 'integers' ? { kind: 'pending', finish: (grid) => addIntegers(x, other.value, grid) } : undefined,
  );

function weightsOf({ inputs: [, weight, bias] }: GraphNode): IntegerWeights {
  const { data, scales } = quantizedOf(weight);
  const biases = bias && quantizedOf(bias);
  return { shape: weight.shape, data: data as Int8Array, scales, bias: biases?.data as Int32Array | undefined };
}

/** Integers through an operation that only moves them. */
function moved(node: GraphNode, x: IntegerTensor): IntegerTensor {
  const result = tf.tidy(() => computeNode(node, [tf.tensor(Int32Array.from(x.data), [...x.shape], 'int32')]));
  const values = result.dataSync();
  const { shape } = result;
  result.dispose();
  return { ...x, shape, data: x.data instanceof Int8Array ? Int8Array.from(values) : Uint8Array.from(values) };
}

function toIntegers(value: Value, grid: Grid): IntegerTensor {
  switch (value.kind) {
    case 'integers':
      return sameGrid(value.value, grid)
        ? value.value
        : quantizeValues(dequantizeValues(value.value), value.value.shape, grid);
    case 'sums':
      return requantize(value.sums, grid);
    case 'pending':
      return value.finish(grid);
    case 'float':
      return quantizeValues(value.data, value.shape, grid);
    case 'fixed':
      return quantizeValues(Float32Array.from(valueOf(value.node)), value.node.shape, grid);
  }
}

const sameGrid = ({ scale, zeroPoint }: IntegerTensor, grid: Grid): boolean =>
  scale === grid.scale && zeroPoint === grid.zeroPoint;

function rectified(
  node: GraphNode,
  value: Value & { kind: 'sums' | 'pending' },
  [low, high]: readonly [number, number],
): Value {
  return {
    kind: 'pending',
    ...(value.kind === 'sums' || value.inFloat ? { inFloat: () => inFloat(node, [value]) } : {}),
    finish(grid) {
      const top = (grid.max - grid.zeroPoint) * grid.scale;
      const bottom = (grid.min - grid.zeroPoint) * grid.scale;
      if (bottom < low - 1e-6 * Math.abs(low) || top > high * (1 + 1e-6)) {
        throw new Error(
          `The range of '${node.path}' (${node.op}) goes beyond what the activation gives: the ` +
            'reference expects it to end there.',
        );
      }
      return toIntegers(value, grid);
    },
  };
}

function asFloat(value: Value): Pick<FloatValue, 'shape' | 'data'> {
  switch (value.kind) {
    case 'float':
      return value;
    case 'integers':
      return { shape: value.value.shape, data: dequantizeValues(value.value) };
    case 'sums':
      return { shape: value.sums.shape, data: dequantizeSums(value.sums) };
    case 'fixed':
      return { shape: value.node.shape, data: Float32Array.from(valueOf(value.node)) };
    case 'pending':
      if (value.inFloat) return value.inFloat();
      throw new Error('A value that waits for a scale reached a float operation: round it first (quantizeDequantize).');
  }
}

function inFloat(node: GraphNode, inputs: readonly Value[]): FloatValue {
  const tensorFrom = (value: Value): tf.Tensor => {
    if (value.kind === 'fixed') return tensorOf(value.node);
    const { shape, data } = asFloat(value);
    const { integers } = value as FloatValue;
    return integers ? tf.tensor(integers, [...shape], 'int32') : tf.tensor(data, [...shape]);
  };
  const result = tf.tidy(() => computeNode(node, inputs.map(tensorFrom)));
  const data = result.dataSync() as Float32Array;
  const { shape } = result;
  result.dispose();
  return { kind: 'float', shape, data };
}
