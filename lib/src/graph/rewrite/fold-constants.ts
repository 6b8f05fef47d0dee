import { tf } from '../../backend';
import { findOp, type GraphNode } from '../../nn/ops';
import type { Graph } from '../trace';
import { isFixed, rewrite } from './rewrite';
import { constantNode, valueOf } from './values';

/**
 * Computes every operation that reads only parameters and constants, such as the position bias of window attention,
 * and puts its result in its place.
 */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    const op = findOp(node.op);
    if (!op || inputs.length === 0 || !inputs.every(isFixed)) return undefined;
    const result = tf.tidy(() => op.kernel(inputs.map(tensorOf), node.attrs));
    const data = result.dataSync() as Float32Array;
    result.dispose();
    return constantNode(node, data, node.shape);
  });
}

/** The value as a tensor of its own, freed by the surrounding `tidy`. */
function tensorOf(node: GraphNode): tf.Tensor {
  return node.parameter ? tf.clone(node.parameter.module.tensor(node.parameter.name)) : tf.tensor(valueOf(node), [...node.shape], node.dtype);
}
