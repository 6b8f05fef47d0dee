import { tf } from '../../backend';
import { joinPath } from '../../nn';
import { SOURCE, type GraphNode, type Shape } from '../../nn/ops';

/** The numbers of a parameter (its current value, as `forward` would use it) or constant. */
export function valueOf(node: GraphNode): Float32Array | Int32Array {
  if (node.constant) return node.constant.data;
  if (!node.parameter) throw new Error(`Node ${node.id} (${node.op}) of the graph has no fixed value.`);
  return node.parameter.module.tensor(node.parameter.name).dataSync() as Float32Array | Int32Array;
}

/** Name of a parameter as in a checkpoint, or that of the parameter a constant was made from; undefined for other nodes. */
export function nameOf({ parameter, constant }: GraphNode): string | undefined {
  return parameter ? joinPath(parameter.path, parameter.name) : constant?.name;
}

/**
 * A constant that takes the place of `origin`, or stands beside it.
 *
 * @param name what files call it. Default: as the parameter that `origin` is or was made from
 */
export function constantNode(
  origin: GraphNode,
  data: Float32Array | Int32Array,
  shape: Shape,
  name = nameOf(origin),
): GraphNode {
  const { id, path, moduleType } = origin;
  const dtype = data instanceof Int32Array ? 'int32' : 'float32';
  const constant = { data, shape, ...(name === undefined ? {} : { name }) };
  return { id, op: SOURCE.constant, attrs: {}, inputs: [], shape, dtype, path, moduleType, constant };
}

/** The value as a tensor of its own; that of a parameter shares its memory, and stays as it is when the parameter is assigned anew. */
export function tensorOf(node: GraphNode): tf.Tensor {
  return node.parameter
    ? tf.clone(node.parameter.module.tensor(node.parameter.name))
    : tf.tensor(valueOf(node), [...node.shape], node.dtype);
}

/** Tensors of the parameters and constants of a graph, made when first asked for, and freed together. */
export class FixedTensors {
  private readonly tensors = new Map<GraphNode, tf.Tensor>();

  /** @param nodes parameters and constants whose tensors are made at once */
  constructor(nodes: readonly GraphNode[] = []) {
    nodes.forEach(this.of);
  }

  readonly of = (node: GraphNode): tf.Tensor => {
    const known = this.tensors.get(node);
    if (known) return known;
    const tensor = tf.keep(tensorOf(node));
    this.tensors.set(node, tensor);
    return tensor;
  };

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}
