import { constantNode, isFixed, rewrite, valueOf, type Graph, type GraphNode } from '../../graph';
import { isComputed, isOp, linear, traitsOf } from '../../nn/ops';
import { integerConstant, tensorName, type BuiltGraph } from './build';
import { dynamicLinear } from '../ops';
import { hasArithmetic, type KeepFloat, type LayerPlan, type Settings } from '../plan';
import { GroupQuantizedTensor, quantizeRows, quantizeWeights, type WeightOptions } from '../numbers';

/** Which layers get integer weights in the modes without calibrated activations. */
export function planWeights(graph: Graph, mode: 'dynamic' | 'weight-only', keepFloat: KeepFloat): LayerPlan[] {
  return graph.nodes
    .filter((node) => isComputed(node) && hasArithmetic(node))
    .map((node) => {
      const reason = keepFloat(node) ?? reasonFor(node, mode);
      return { node, end: node, int8: reason === '', reason };
    });
}

function reasonFor(node: GraphNode, mode: 'dynamic' | 'weight-only'): string {
  const { kind, weight } = traitsOf(node);
  if (kind === 'lookup') {
    if (mode === 'dynamic') return 'its rows are looked up, not multiplied';
    return isFixed(node.inputs[0]) ? '' : 'its table changes with the input';
  }
  if (!weight) return 'it has no weights to quantize';
  if (mode === 'dynamic' && !isOp(node, linear))
    return (
      'dynamic quantization is for dense layers: the range of every picture costs a convolution more ' + 'than it saves'
    );
  return isFixed(node.inputs[1]) ? '' : 'its weights change with the picture';
}

/** The graph with some nodes replaced, and what each node became. */
function replaceLayers(
  graph: Graph,
  layers: readonly LayerPlan[],
  replace: (node: GraphNode, inputs: GraphNode[]) => GraphNode,
): BuiltGraph {
  const chosen = new Set(layers.filter(({ int8 }) => int8).map(({ node }) => node));
  return rewrite(graph, (node, inputs) => (chosen.has(node) ? replace(node, inputs) : undefined));
}

/** Dense layers whose inputs are rounded to 8 bits when they come. */
export function buildDynamic(graph: Graph, layers: readonly LayerPlan[], options: Settings['weights']): BuiltGraph {
  return replaceLayers(graph, layers, (node, [x, weight, ...bias]) => {
    const integers = quantizeWeights(Float32Array.from(valueOf(weight)), weight.shape, options);
    return {
      ...node,
      op: dynamicLinear.name,
      inputs: [x, integerConstant(weight, integers, tensorName(node, 'weight')), ...bias],
    };
  });
}

/** A table of integers with a scale for each row, which its rows get back when they are looked up. */
function integerTable(node: GraphNode, [table, ...ids]: GraphNode[], options: WeightOptions): GraphNode {
  const integers = quantizeRows(Float32Array.from(valueOf(table)), table.shape, options);
  return { ...node, inputs: [integerConstant(table, integers, tensorName(node, 'weight')), ...ids] };
}

/** Layers whose weights are integers in the file and real numbers in the products. */
export function buildWeightOnly(graph: Graph, layers: readonly LayerPlan[], options: Settings['weights']): BuiltGraph {
  return replaceLayers(graph, layers, (node, inputs) => {
    if (traitsOf(node).kind === 'lookup') return integerTable(node, inputs, options);
    const [x, weight, ...bias] = inputs;
    const values = Float32Array.from(valueOf(weight));
    const name = tensorName(node, 'weight');
    if (options.groupSize === null)
      return {
        ...node,
        inputs: [x, integerConstant(weight, quantizeWeights(values, weight.shape, options), name), ...bias],
      };
    const groups = GroupQuantizedTensor.from(values, weight.shape, {
      bits: options.bits,
      groupSize: options.groupSize,
    });
    return { ...node, inputs: [x, constantNode(weight, groups.realValues(), weight.shape), ...bias] };
  });
}
