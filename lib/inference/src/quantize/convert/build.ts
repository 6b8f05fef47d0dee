import {
  constantNode,
  isFixed,
  nameOf,
  rewrite,
  valueOf,
  type Graph,
  type GraphNode,
  type Rewritten,
} from '../../graph';
import { quantizeBias, quantizeWeights, realValues, type QuantizedTensor, type WeightOptions } from '../numbers';
import { quantizeDequantize, type Grid } from '../ops';
import type { GridPlan, Placement } from '../plan';
import { joinPath } from '../../nn';

/** A graph that computes with integers, and which node holds each float node's value in it. */
export type BuiltGraph = Rewritten;

/** A node that rounds a value to a grid. */
export function rounded(value: GraphNode, grid: Grid): GraphNode {
  return {
    ...value,
    op: quantizeDequantize.name,
    attrs: grid,
    inputs: [value],
    parameter: undefined,
    constant: undefined,
  };
}

/** A constant that carries its integers: engines get those, everything else its real numbers. */
export function integerConstant(origin: GraphNode, quantized: QuantizedTensor, name: string): GraphNode {
  const node = constantNode(origin, realValues(quantized), origin.shape, nameOf(origin) ?? name);
  return { ...node, constant: { ...(node.constant as Required<GraphNode>['constant']), quantized } };
}

/** Path and role of a layer's tensor, where nothing else names it: `conv1.weight`. */
export const tensorName = (layer: GraphNode, role: string): string => joinPath(layer.path, role);

/**
 * Weight scales that are large enough for the bias: a bias is a 32-bit integer on the scale input · weight, and a
 * channel of nearly zero weights with an ordinary bias would overflow it.
 */
function smallestScales(bias: GraphNode | undefined, inputScale: number, channels: number): Float64Array | undefined {
  if (!bias) return undefined;
  const needed = Float64Array.from(valueOf(bias), (value) => Math.abs(value) / (inputScale * 2 ** 30));
  return channels === 1 ? Float64Array.of(Math.max(...needed)) : needed;
}

function integerLayer(node: GraphNode, inputs: GraphNode[], inputScale: number, options: WeightOptions): GraphNode {
  const [x, weight, bias] = inputs;
  const channels = options.perChannel === false ? 1 : (weight.shape.at(-1) as number);
  const values = Float32Array.from(valueOf(weight));
  const integers = quantizeWeights(values, weight.shape, options, smallestScales(bias, inputScale, channels));
  const constants = [integerConstant(weight, integers, tensorName(node, 'weight'))];
  if (bias)
    constants.push(
      integerConstant(bias, quantizeBias(valueOf(bias), inputScale, integers.scales), tensorName(node, 'bias')),
    );
  return { ...node, inputs: [x, ...constants] };
}

/** How a placement is written into a graph. */
interface Writing {
  /** The node that rounds a value; `owner` is whose range it uses. */
  round(value: GraphNode, owner: GraphNode): GraphNode;
  /** A layer with weights, whose inputs are rounded already; `owner` is whose range its input uses. */
  layer(node: GraphNode, inputs: GraphNode[], owner: GraphNode): GraphNode;
}

/** Writes a placement into a copy of the graph. */
export function writePlacement(graph: Graph, { grids, layers }: Placement, { round, layer }: Writing): BuiltGraph {
  const weighted = new Set(
    layers.filter(({ int8, node }) => int8 && node.inputs.slice(1).some(isFixed)).map(({ node }) => node),
  );
  const made = new Map<GraphNode, GraphNode>();
  const readRounded = (value: GraphNode, copy: GraphNode, reader: GraphNode): GraphNode => {
    const plan = grids.get(value);
    if (!plan || plan.readers === 'all' || !plan.readers.has(reader)) return copy;
    const known = made.get(value) ?? round(copy, plan.owner);
    made.set(value, known);
    return known;
  };
  return rewrite(graph, (node, copies) => {
    const inputs = node.inputs.map((input, i) => readRounded(input, copies[i], node));
    const plan = grids.get(node);
    const copy = weighted.has(node)
      ? layer(node, inputs, (grids.get(node.inputs[0]) as GridPlan).owner)
      : { ...node, inputs };
    return plan?.readers === 'all' ? round(copy, plan.owner) : copy;
  });
}

/** The graph with integers of calibrated ranges. */
export function buildStatic(
  graph: Graph,
  placement: Placement,
  gridOf: (owner: GraphNode) => Grid,
  weights: WeightOptions,
): BuiltGraph {
  return writePlacement(graph, placement, {
    round: (value, owner) => rounded(value, gridOf(owner)),
    layer: (node, inputs, owner) => integerLayer(node, inputs, gridOf(owner).scale, weights),
  });
}
