import { findOp, type Attributes, type GraphNode, type OpUse, type TensorFlowEmitter } from '../../nn/ops';
import { valueOf } from '../rewrite';
import type { Graph } from '../trace';
import { GraphDefBuilder, type NodeDef } from './graph-def';

/** Names of the placeholder and of the result in every graph that is written. */
export const INPUT_NAME = 'input';
export const OUTPUT_NAME = 'output';

/** Writes one operation as TensorFlow nodes; returns the name of its result. */
export type Lowering = (emit: TensorFlowEmitter, inputs: readonly string[], use: OpUse<Attributes>) => string;

/**
 * Writes a graph as TensorFlow nodes, parameters as constants.
 *
 * @param lowerings how some operations are written in place of their definition's own way
 */
export function emitGraph(graph: Graph, lowerings: ReadonlyMap<string, Lowering> = new Map()): NodeDef[] {
  const builder = new GraphDefBuilder();
  const names = new Map<GraphNode, string>();
  for (const node of graph.nodes) {
    builder.scope = node.path;
    names.set(node, emitNode(builder, node, node.inputs.map((input) => names.get(input) as string), lowerings));
  }
  builder.identity(OUTPUT_NAME, names.get(graph.output) as string);
  return builder.nodes;
}

function emitNode(builder: GraphDefBuilder, node: GraphNode, inputs: string[], lowerings: ReadonlyMap<string, Lowering>): string {
  if (node.op === 'input') return builder.placeholder(INPUT_NAME, node);
  if (node.op === 'parameter' || node.op === 'constant') {
    return builder.constant({ dtype: node.dtype, shape: node.shape, data: () => valueOf(node) });
  }
  const lowering = lowerings.get(node.op) ?? findOp(node.op)?.tensorflow;
  if (!lowering) throw unknownOperation(node);
  return lowering(builder, inputs, { inputs: node.inputs.map((input) => input.shape), output: node.shape, attrs: node.attrs });
}

/** The error for an operation that has no definition. */
export function unknownOperation({ op, path, moduleType }: GraphNode): Error {
  const place = path ? ` in '${path}' (${moduleType})` : '';
  return new Error(`The graph holds an operation '${op}'${place} that is not defined; define it with nn.ops.defineOp.`);
}
