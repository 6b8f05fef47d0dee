import { tf } from '../../backend';
import type { GraphNode, Shape } from '../../nn/ops';

/** The numbers of a parameter (its current value, as `forward` would use it) or constant. */
export function valueOf(node: GraphNode): Float32Array | Int32Array {
  if (node.constant) return node.constant.data;
  if (!node.parameter) throw new Error(`Node ${node.id} (${node.op}) of the graph has no fixed value.`);
  return node.parameter.module.tensor(node.parameter.name).dataSync() as Float32Array | Int32Array;
}

/** A constant that takes the place of `origin`, or stands beside it. */
export function constantNode(origin: GraphNode, data: Float32Array | Int32Array, shape: Shape): GraphNode {
  const { id, path, moduleType } = origin;
  const dtype = data instanceof Int32Array ? 'int32' : 'float32';
  return { id, op: 'constant', attrs: {}, inputs: [], shape, dtype, path, moduleType, constant: { data, shape } };
}

/** The value as a tensor of its own; that of a parameter shares its memory, and stays as it is when the parameter is assigned anew. */
export function tensorOf(node: GraphNode): tf.Tensor {
  return node.parameter
    ? tf.clone(node.parameter.module.tensor(node.parameter.name))
    : tf.tensor(valueOf(node), [...node.shape], node.dtype);
}
