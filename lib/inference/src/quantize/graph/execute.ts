import { tf } from '../../backend';
import { isFixed, valueOf, type Graph, type GraphNode } from '../../graph';
import { findOp } from '../../nn/ops';

/** Gives the tensor of a parameter or constant; it is not freed. */
export type FixedValues = (node: GraphNode) => tf.Tensor;

/** Sees each value when it is made; a returned tensor takes its place. */
export type Watch = (node: GraphNode, value: tf.Tensor) => tf.Tensor | void;

/** Computes nodes that are no operations of the library; undefined for all others. */
export type Special = (node: GraphNode, inputs: tf.Tensor[]) => tf.Tensor | undefined;

/**
 * Computes a graph operation by operation and shows every value; intermediates are freed at their last use. The caller
 * frees the result.
 */
export function execute(graph: Graph, x: tf.Tensor, fixed: FixedValues, watch: Watch = () => undefined): tf.Tensor {
  const last = lastReaders(graph);
  const values = new Map<GraphNode, tf.Tensor>();
  const read = (node: GraphNode): tf.Tensor => (isFixed(node) ? fixed(node) : (values.get(node) as tf.Tensor));
  return tf.tidy(() => {
    for (const node of graph.nodes) {
      if (isFixed(node)) continue;
      values.set(
        node,
        tf.tidy(() => {
          const value = node.op === 'input' ? tf.clone(x) : compute(node, node.inputs.map(read));
          return watch(node, value) ?? value;
        }),
      );
      for (const input of new Set(node.inputs)) {
        if (!isFixed(input) && input !== graph.output && last.get(input) === node) read(input).dispose();
      }
    }
    return values.get(graph.output) as tf.Tensor;
  });
}

/**
 * The same for training: nothing is freed before the surrounding `tidy` ends, because gradients need the intermediates.
 *
 * @param special computes the nodes that stand for rounding
 */
export function executeForTraining(graph: Graph, x: tf.Tensor, fixed: FixedValues, special: Special): tf.Tensor {
  const values = new Map<GraphNode, tf.Tensor>();
  for (const node of graph.nodes) {
    if (isFixed(node)) values.set(node, fixed(node));
    else if (node.op === 'input') values.set(node, x);
    else {
      const inputs = node.inputs.map((input) => values.get(input) as tf.Tensor);
      values.set(node, special(node, inputs) ?? compute(node, inputs));
    }
  }
  return values.get(graph.output) as tf.Tensor;
}

function compute(node: GraphNode, inputs: tf.Tensor[]): tf.Tensor {
  const op = findOp(node.op);
  if (!op)
    throw new Error(
      `The graph holds an operation '${node.op}' in '${node.path}' that is not defined; define it ` +
        'with nn.ops.defineOp.',
    );
  return op.kernel(inputs, node.attrs);
}

function lastReaders(graph: Graph): Map<GraphNode, GraphNode> {
  const last = new Map<GraphNode, GraphNode>();
  for (const node of graph.nodes) for (const input of node.inputs) last.set(input, node);
  return last;
}

/** Tensors of all parameters and constants of a graph, made when first asked for and freed together. */
export class FixedTensors {
  private readonly tensors = new Map<GraphNode, tf.Tensor>();

  readonly of: FixedValues = (node) => {
    let tensor = this.tensors.get(node);
    if (!tensor)
      this.tensors.set(node, (tensor = tf.keep(tf.tensor(valueOf(node).slice(), [...node.shape], node.dtype))));
    return tensor;
  };

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}
