import { findOp, type GraphNode } from '../../nn/ops';
import { valueOf } from '../rewrite';
import type { Graph } from '../trace';
import { GraphDefBuilder, type NodeDef } from './graph-def';

/** Names of the placeholder and of the result in every graph that is written. */
export const INPUT_NAME = 'input';
export const OUTPUT_NAME = 'output';

/** Writes a graph as TensorFlow nodes, parameters as constants. */
export function emitGraph(graph: Graph): NodeDef[] {
  const builder = new GraphDefBuilder();
  const names = new Map<GraphNode, string>();
  for (const node of graph.nodes) {
    builder.scope = node.path;
    names.set(node, emitNode(builder, node, node.inputs.map((input) => names.get(input) as string)));
  }
  builder.identity(OUTPUT_NAME, names.get(graph.output) as string);
  return builder.nodes;
}

function emitNode(builder: GraphDefBuilder, node: GraphNode, inputs: string[]): string {
  if (node.op === 'input') return builder.placeholder(INPUT_NAME, node);
  if (node.op === 'parameter' || node.op === 'constant') {
    return builder.constant({ dtype: node.dtype, shape: node.shape, data: () => valueOf(node) });
  }
  const op = findOp(node.op);
  if (!op) throw unknownOperation(node);
  return op.tensorflow(builder, inputs, { inputs: node.inputs.map((input) => input.shape), output: node.shape, attrs: node.attrs });
}

/** The error for an operation that has no definition. */
export function unknownOperation({ op, path, moduleType }: GraphNode): Error {
  const place = path ? ` in '${path}' (${moduleType})` : '';
  return new Error(`The graph holds an operation '${op}'${place} that is not defined; define it with nn.ops.defineOp.`);
}
