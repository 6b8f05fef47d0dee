import { tf } from '../../backend';
import { findOp } from '../../nn/ops';
import type { Graph } from '../trace';
import { isFixed, rewrite } from './rewrite';
import { constantNode, tensorOf } from './values';

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
