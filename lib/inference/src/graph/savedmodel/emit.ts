import {
  isFixed,
  isInput,
  openShape,
  opOf,
  sizeOf,
  type Attributes,
  type GraphNode,
  type OpRules,
  type OpUse,
  type TensorFlowEmitter,
} from '../../nn/ops';
import { nameOfInput } from '../inputs';
import { valueOf } from '../rewrite';
import type { Graph } from '../trace';
import { GraphDefBuilder, type NodeDef } from './graph-def';

/** Name of the result in every graph that is written. */
export const OUTPUT_NAME = 'output';

/** What a lowering is given besides its node. */
export type LoweringArguments = [
  emit: TensorFlowEmitter,
  inputs: readonly string[],
  use: Omit<OpUse<Attributes>, 'attrs'>,
];

/** How a reader writes operations as TensorFlow nodes: each returns the name of its result. */
export type Lowerings = OpRules<LoweringArguments, string>;

/** Settings of {@link emitGraph}. */
export interface EmitSettings {
  /** How some operations are written in place of their definition's own way. */
  lowerings?: Lowerings;
  /** Parameters and constants of more elements are left outside, to be fed at every run. Default: none are. */
  feedAbove?: number;
}

/** A graph as TensorFlow nodes. */
interface EmittedGraph {
  nodes: NodeDef[];
  /** What was left outside, by the name of its placeholder. */
  feeds: Array<[string, GraphNode]>;
}

/** Writes a graph as TensorFlow nodes, parameters as constants. */
export function emitGraph(graph: Graph, settings: EmitSettings = {}): EmittedGraph {
  const builder = new GraphDefBuilder();
  const names = new Map<GraphNode, string>();
  const feeds: Array<[string, GraphNode]> = [];
  for (const node of graph.nodes) {
    builder.scope = node.path;
    if (isFixed(node) && sizeOf(node.shape) > (settings.feedAbove ?? Infinity)) {
      const name = builder.placeholder(`weights_${feeds.length}`, node);
      names.set(node, name);
      feeds.push([name, node]);
    } else
      names.set(
        node,
        emitNode(
          builder,
          node,
          node.inputs.map((input) => names.get(input) as string),
          settings,
        ),
      );
  }
  builder.identity(OUTPUT_NAME, names.get(graph.output) as string);
  return { nodes: builder.nodes, feeds };
}

function emitNode(builder: GraphDefBuilder, node: GraphNode, inputs: string[], { lowerings }: EmitSettings): string {
  const { shape, dtype, attrs } = node;
  if (isInput(node)) return builder.placeholder(nameOfInput(node), { dtype, shape: openShape(node) });
  if (isFixed(node)) return builder.constant({ dtype, shape, data: () => valueOf(node) });
  const use = { inputs: node.inputs.map((input) => input.shape), output: shape, open: openShape(node) };
  const lowering = lowerings?.of(node);
  return lowering ? lowering(node, builder, inputs, use) : opOf(node).tensorflow(builder, inputs, { ...use, attrs });
}
