import {
  isFixed,
  isInput,
  openShape,
  opOf,
  sizeOf,
  type Attributes,
  type GraphNode,
  type OpDefinition,
  type OpRules,
  type OpUse,
  type TensorFlowEmitter,
} from '../../nn/ops';
import { nameOfInput } from '../inputs';
import { valueOf } from '../rewrite';
import type { Graph } from '../trace';
import { GraphDefBuilder, type NodeDef } from './graph-def';
import type { RealType } from './schema';

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
  /** What is computed in, but for normalisations and softmax, which stay in float32. Default `float32`. */
  precision?: RealType;
  /** Normalisations whose kernels take and give half precision, and compute in float32 inside. Default: none. */
  wideInside?: ReadonlySet<OpDefinition>;
}

/** A graph as TensorFlow nodes. */
interface EmittedGraph {
  nodes: NodeDef[];
  /** What was left outside, by the name of its placeholder. */
  feeds: Array<[string, GraphNode]>;
  /** Where the result of each node of the graph is, by the name of a TensorFlow node. */
  names: ReadonlyMap<GraphNode, string>;
}

/** Writes a graph as TensorFlow nodes, parameters as constants. */
export function emitGraph(graph: Graph, settings: EmitSettings = {}): EmittedGraph {
  const builder = new GraphDefBuilder();
  const { precision = 'float32' } = settings;
  builder.real = precision;
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
  builder.scope = '';
  builder.identity(OUTPUT_NAME, builder.cast(names.get(graph.output) as string, precision, 'float32'));
  return { nodes: builder.nodes, feeds, names };
}

function emitNode(builder: GraphDefBuilder, node: GraphNode, inputs: string[], settings: EmitSettings): string {
  const { shape, dtype, attrs } = node;
  const { real } = builder;
  if (isInput(node)) {
    const name = builder.placeholder(nameOfInput(node), { dtype, shape: openShape(node) });
    return dtype === 'float32' ? builder.cast(name, 'float32', real) : name;
  }
  if (isFixed(node))
    return builder.constant({ dtype: dtype === 'float32' ? real : dtype, shape, data: () => valueOf(node) });
  const use = { inputs: node.inputs.map((input) => input.shape), output: shape, open: openShape(node) };
  const lowering = settings.lowerings?.of(node);
  const write = (from: readonly string[]): string =>
    lowering ? lowering(node, builder, from, use) : opOf(node).tensorflow(builder, from, { ...use, attrs });
  return staysFloat32(node) && !settings.wideInside?.has(opOf(node))
    ? inFloat32(builder, inputs, write)
    : write(inputs);
}

/** Sums of squares and of exponentials leave float16's range, and lose what they are for in either half type. */
const staysFloat32 = (node: GraphNode): boolean =>
  opOf(node).traits?.kind === 'normalization' && node.inputs.every(({ dtype }) => dtype === 'float32');

function inFloat32(builder: GraphDefBuilder, inputs: readonly string[], write: (from: readonly string[]) => string) {
  const { real } = builder;
  const wide = inputs.map((input) => builder.cast(input, real, 'float32'));
  builder.real = 'float32';
  const result = write(wide);
  builder.real = real;
  return builder.cast(result, 'float32', real);
}
