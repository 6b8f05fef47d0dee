import { joinPath } from '../../nn';
import { batchNorm, isFixed, isOp, traitsOf, type GraphNode, type OpNode } from '../../nn/ops';
import type { Graph } from '../trace';
import { countUses, rewrite } from './rewrite';
import { constantNode, valueOf } from './values';

/**
 * Moves batch normalisation with fixed statistics into the convolution or dense layer before it (Jacob et al. 2018,
 * section 3.2): w' = w · scale / sqrt(variance + epsilon), b' = (b - mean) · scale / sqrt(variance + epsilon) + offset.
 * A normalisation whose input something else reads too stays.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const uses = countUses(graph);
  return rewrite(graph, (node, inputs) => {
    if (!isOp(node, batchNorm) || uses.get(node.inputs[0]) !== 1) return undefined;
    const [producer, ...statistics] = inputs;
    const foldable = traitsOf(producer).weight && [...producer.inputs.slice(1), ...statistics].every(isFixed);
    return foldable ? folded(node, producer, statistics) : undefined;
  }).graph;
}

function folded(node: OpNode<{ epsilon: number }>, producer: GraphNode, statistics: GraphNode[]): GraphNode {
  const [x, weight, bias] = producer.inputs;
  const [mean, variance, scale, offset] = statistics.map(valueOf);
  const { epsilon } = node.attrs;
  const factor = Float64Array.from(scale, (s, i) => s / Math.sqrt(variance[i] + epsilon));
  const biases = bias ? valueOf(bias) : null;
  const shift = Float32Array.from(offset, (o, i) => o + ((biases?.[i] ?? 0) - mean[i]) * factor[i]);
  const scaled = scaleLast(valueOf(weight), factor);
  return {
    ...producer,
    inputs: [
      x,
      constantNode(weight, scaled, weight.shape),
      constantNode(bias ?? weight, shift, [shift.length], bias ? undefined : joinPath(producer.path, 'bias')),
    ],
  };
}

/** Multiplies along the last dimension, which is the output channel in both kinds of weight. */
function scaleLast(values: Float32Array | Int32Array, factor: Float64Array): Float32Array {
  const result = new Float32Array(values.length);
  const channels = factor.length;
  for (let row = 0; row < values.length; row += channels) {
    for (let c = 0; c < channels; c++) result[row + c] = values[row + c] * factor[c];
  }
  return result;
}
