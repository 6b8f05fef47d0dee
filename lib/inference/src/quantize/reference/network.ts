import { tf } from '../../backend';
import { isFixed, valueOf, type Graph, type GraphNode } from '../../graph';
import { findOp, type ConvAttributes, type PoolAttributes } from '../../nn/ops';
import type { QuantizedTensor } from '../numbers';
import type { Grid } from '../ops';
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

/**
 * A value on its way: 8-bit integers, or a computation that waits for the scale of its result.
 * `float` values are computed by the operation's own kernel.
 */
type Value =
  | { kind: 'integers'; value: IntegerTensor }
  | { kind: 'sums'; sums: Accumulators }
  | { kind: 'pending'; finish(grid: Grid): IntegerTensor }
  | { kind: 'float'; shape: readonly number[]; data: Float32Array };

/** Anything that holds a quantized graph. */
interface GraphHolder {
  graph: Graph;
}

/**
 * Runs a statically quantized network with the integer kernels of this folder, as an engine with 8-bit kernels does.
 * Operations that stay in float run in float. Slow: for small networks.
 *
 * @param model from `quantize.convert` in static mode
 * @param x [batch, ...], float32
 * @returns the network's output; the caller frees it
 */
export function runInIntegers(model: GraphHolder, x: tf.Tensor): tf.Tensor {
  const { graph } = model;
  const values = new Map<GraphNode, Value>();
  for (const node of graph.nodes) {
    if (isFixed(node)) continue;
    values.set(
      node,
      node.op === 'input'
        ? { kind: 'float', shape: x.shape, data: x.dataSync() as Float32Array }
        : step(
            node,
            node.inputs.map((input) => values.get(input)),
          ),
    );
  }
  const { shape, data } = asFloat(values.get(graph.output));
  return tf.tensor(data, [...shape]);
}

function step(node: GraphNode, inputs: ReadonlyArray<Value | undefined>): Value {
  const first = inputs[0] as Value;
  if (node.op === 'quantizeDequantize') return { kind: 'integers', value: toIntegers(first, node.attrs as Grid) };
  if (first?.kind === 'integers') {
    const made = onIntegers(node, inputs as readonly Value[], first.value);
    if (made) return made;
  }
  // The rounding that follows saturates at zero, which is what a rectifier does.
  if ((node.op === 'relu' || node.op === 'relu6') && (first.kind === 'sums' || first.kind === 'pending'))
    return rectified(node, first);
  return inFloat(node, inputs);
}

function onIntegers(node: GraphNode, inputs: readonly Value[], x: IntegerTensor): Value | undefined {
  switch (node.op) {
    case 'conv2d':
      return { kind: 'sums', sums: convolve(x, weightsOf(node), node.attrs as ConvAttributes) };
    case 'linear':
      return { kind: 'sums', sums: dense(x, weightsOf(node)) };
    case 'maxPool':
      return { kind: 'integers', value: maxPoolIntegers(x, node.attrs as PoolAttributes) };
    case 'avgPool':
      return { kind: 'pending', finish: (grid) => averagePoolIntegers(x, node.attrs as PoolAttributes, grid) };
    case 'globalAvgPool':
      return { kind: 'pending', finish: (grid) => globalAverageIntegers(x, grid) };
    case 'add': {
      const [, other] = inputs;
      return other?.kind === 'integers'
        ? { kind: 'pending', finish: (grid) => addIntegers(x, other.value, grid) }
        : undefined;
    }
    case 'reshape':
      return { kind: 'integers', value: moved(x, (t) => tf.reshape(t, [...(node.attrs.shape as number[])])) };
    case 'transpose':
      return { kind: 'integers', value: moved(x, (t) => tf.transpose(t, [...(node.attrs.order as number[])])) };
    case 'slice':
      return {
        kind: 'integers',
        value: moved(x, (t) => tf.slice(t, [...(node.attrs.begin as number[])], [...(node.attrs.size as number[])])),
      };
    default:
      return undefined;
  }
}

function weightsOf({ inputs: [, weight, bias] }: GraphNode): IntegerWeights {
  const { shape, data, scales } = weight.attrs.quantized as QuantizedTensor;
  const biases = bias?.attrs.quantized as QuantizedTensor | undefined;
  return { shape, data: data as Int8Array, scales, bias: biases?.data as Int32Array | undefined };
}

/** Integers through an operation that only moves them. */
function moved(x: IntegerTensor, move: (t: tf.Tensor) => tf.Tensor): IntegerTensor {
  const result = tf.tidy(() => move(tf.tensor(Int32Array.from(x.data), [...x.shape], 'int32')));
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
  }
}

const sameGrid = ({ scale, zeroPoint }: IntegerTensor, grid: Grid): boolean =>
  scale === grid.scale && zeroPoint === grid.zeroPoint;

function rectified(node: GraphNode, value: Value & { kind: 'sums' | 'pending' }): Value {
  return {
    kind: 'pending',
    finish(grid) {
      const top = (grid.max - grid.zeroPoint) * grid.scale;
      if (grid.zeroPoint !== grid.min || (node.op === 'relu6' && top > 6 * (1 + 1e-6))) {
        throw new Error(
          `The range of '${node.path}' (${node.op}) goes beyond what the activation gives: the ` +
            'reference expects it to end there.',
        );
      }
      return toIntegers(value, grid);
    },
  };
}

function asFloat(value: Value | undefined): { shape: readonly number[]; data: Float32Array } {
  switch (value?.kind) {
    case 'float':
      return value;
    case 'integers':
      return { shape: value.value.shape, data: dequantizeValues(value.value) };
    case 'sums':
      return { shape: value.sums.shape, data: dequantizeSums(value.sums) };
    default:
      throw new Error('A value that waits for a scale reached a float operation: round it first (quantizeDequantize).');
  }
}

function inFloat(node: GraphNode, inputs: ReadonlyArray<Value | undefined>): Value {
  const op = findOp(node.op);
  if (!op) throw new Error(`The graph holds an operation '${node.op}' that is not defined.`);
  const result = tf.tidy(() =>
    op.kernel(
      node.inputs.map((input, i) => {
        if (isFixed(input)) return tf.tensor(valueOf(input), [...input.shape], input.dtype);
        const { shape, data } = asFloat(inputs[i]);
        return tf.tensor(data, [...shape]);
      }),
      node.attrs,
    ),
  );
  const data = result.dataSync() as Float32Array;
  const { shape } = result;
  result.dispose();
  return { kind: 'float', shape, data };
}
