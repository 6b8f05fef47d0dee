import type { tf } from '../../backend';
import {
  evaluator,
  FixedTensors,
  isFixed,
  type EvaluateOptions,
  type Graph,
  type GraphInput,
  type GraphNode,
} from '../../graph';
import { traitsOf } from '../../nn/ops';
import type { Layout } from '../../nn';
import { rounded, tensorName, writePlacement } from '../convert';
import type { RoundingGrid } from '../numbers';
import type { Placement, PreparedNetwork } from '../plan';

/** Rounds values to a grid, in real numbers; scale and zero point may be tensors, which broadcast against the values. */
export type Rounding = (x: tf.Tensor, grid: RoundingGrid) => tf.Tensor;

/**
 * What is known of a network before training: where it rounds, and what its tensors are called. An object of its own,
 * so that copies of a network share it.
 */
export class RoundingPlan {
  /** The float graph of the prepared network. */
  readonly graph: Graph;
  /** Trainable tensors. */
  readonly names: ReadonlyMap<GraphNode, string>;
  /** Values with a range of their own. */
  readonly owners: readonly GraphNode[];
  /** Computes the graph with its rounding. */
  readonly run: (x: GraphInput, options: EvaluateOptions) => tf.Tensor;
  /** Nodes that round, each with the number of the owner whose range it uses. */
  readonly rounding = new Map<GraphNode, number>();
  /** The node of the plain graph behind each node of the other. */
  readonly origin: ReadonlyMap<GraphNode, GraphNode>;
  /** Weights of layers with integers, each a node of its own: what else reads the same tensor reads it unrounded. */
  readonly integerWeights = new Set<GraphNode>();
  /** Tensors of parameters and constants that are not trained. */
  readonly fixed = new FixedTensors();

  /** @param isTaken whether a name is none for a child of the network that trains @param round instead of the library's */
  constructor(
    readonly prepared: PreparedNetwork,
    isTaken: (name: string) => boolean,
    readonly round: Rounding | undefined,
  ) {
    this.graph = prepared.required();
    this.names = nameParameters(this.graph, isTaken);
    const placement = prepared.placement();
    this.owners = ownersOf(placement);
    const index = new Map(this.owners.map((owner, i) => [owner, i]));
    const weights = new Map<GraphNode, GraphNode>();
    const { graph, counterpart } = writePlacement(this.graph, placement, {
      round: (value, owner) => {
        const node = rounded(value, prepared.gridOf(owner));
        this.rounding.set(node, index.get(owner) as number);
        return node;
      },
      layer: (node, [x, weight, ...bias]) => {
        const integers = { ...weight };
        this.integerWeights.add(integers);
        weights.set(integers, node.inputs[1]);
        return { ...node, inputs: [x, integers, ...bias] };
      },
    });
    this.run = evaluator(graph);
    this.origin = new Map([...[...counterpart].map(([node, copy]) => [copy, node] as const), ...weights]);
  }
}

/** Values whose ranges give scales, in the order of the graph. */
export function ownersOf({ grids }: Placement): GraphNode[] {
  return [...new Set([...grids.values()].map(({ owner }) => owner))];
}

/** The role of a tensor in the layer that reads it. */
function roleOf(node: GraphNode, graph: Graph): { reader: GraphNode; position: number } | undefined {
  const reader = graph.nodes.find(({ inputs }) => inputs.includes(node));
  return reader && { reader, position: reader.inputs.indexOf(node) };
}

/** How a parameter differs from PyTorch's order. */
export function layoutOf(node: GraphNode, graph: Graph): Layout {
  const role = roleOf(node, graph);
  return role?.position === 1 ? (traitsOf(role.reader).weight ?? 'same') : 'same';
}

/**
 * Trainable tensors of a graph with the names of their layers: folded weights and biases, and other parameters that are
 * no buffers.
 */
function nameParameters(graph: Graph, isTaken: (name: string) => boolean): Map<GraphNode, string> {
  const names = new Map<GraphNode, string>();
  const taken = new Set<string>();
  for (const node of graph.nodes.filter(isFixed)) {
    const role = roleOf(node, graph);
    const ofLayer = role && traitsOf(role.reader).weight && role.position > 0;
    const { parameter } = node;
    if (!ofLayer && !(parameter && parameter.module.parameterSlot(parameter.name))) continue;
    const called = parameter
      ? tensorName({ ...node, path: parameter.path }, parameter.name)
      : tensorName(role?.reader ?? node, role?.position === 1 ? 'weight' : 'bias');
    const base = isTaken(called.split('.')[0]) ? `its_${called}` : called;
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
    taken.add(name);
    names.set(node, name);
  }
  return names;
}
