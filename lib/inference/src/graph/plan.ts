import { tf } from '../backend';
import { findOp, type GraphNode, type OpDefinition } from '../nn/ops';
import { isFixed, tensorOf } from './rewrite';
import { unknownOperation } from './savedmodel';
import type { Runner } from './session';
import type { Graph } from './trace';

interface Step {
  node: GraphNode;
  op: OpDefinition;
  /** Nodes that no later step reads. */
  finished: GraphNode[];
}

/** Prepares a graph to be computed operation by operation, for backends without sessions; intermediates go at their last use. */
export function openPlan(graph: Graph): Runner {
  const steps = planSteps(graph);
  const fixed = new Map(graph.nodes.filter(isFixed).map((node): [GraphNode, tf.Tensor] => [node, tensorOf(node)]));
  return {
    run: (x) => execute(graph, steps, fixed, x),
    dispose: () => fixed.forEach((tensor) => tensor.dispose()),
  };
}

function planSteps(graph: Graph): Step[] {
  const last = new Map<GraphNode, GraphNode>();
  for (const node of graph.nodes) for (const input of node.inputs) last.set(input, node);
  return graph.nodes
    .filter((node) => node.op !== 'input' && !isFixed(node))
    .map((node) => {
      const op = findOp(node.op);
      if (!op) throw unknownOperation(node);
      const finished = [...new Set(node.inputs)].filter(
        (input) => !isFixed(input) && input !== graph.output && last.get(input) === node,
      );
      return { node, op, finished };
    });
}

function execute(
  graph: Graph,
  steps: readonly Step[],
  fixed: ReadonlyMap<GraphNode, tf.Tensor>,
  x: tf.Tensor,
): tf.Tensor {
  const values = new Map(fixed);
  const valueAt = (node: GraphNode): tf.Tensor => values.get(node) as tf.Tensor;
  return tf.tidy(() => {
    values.set(graph.input, tf.clone(x));
    for (const { node, op, finished } of steps) {
      values.set(
        node,
        tf.tidy(() => op.kernel(node.inputs.map(valueAt), node.attrs)),
      );
      for (const input of finished) valueAt(input).dispose();
    }
    return valueAt(graph.output);
  });
}
