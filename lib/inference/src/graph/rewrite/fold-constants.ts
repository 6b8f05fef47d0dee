import { tf } from '../../backend';
import { findOp, isFixed } from '../../nn/ops';
import { computeNode } from '../evaluate';
import type { Graph } from '../trace';
import { rewrite } from './rewrite';
import { constantNode, tensorOf } from './values';

/**
 * Computes every operation that reads only parameters and constants, such as the position bias of window attention,
 * and puts its result in its place.
 */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, inputs) => {
    if (!findOp(node.op) || inputs.length === 0 || !inputs.every(isFixed)) return undefined;
    const result = tf.tidy(() => computeNode(node, inputs.map(tensorOf)));
    const data = result.dataSync() as Float32Array;
    result.dispose();
    return constantNode(node, data, node.shape);
  }).graph;
}
