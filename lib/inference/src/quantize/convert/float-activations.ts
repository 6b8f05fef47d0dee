import { constantNode, isFixed, rewrite, valueOf, type Graph, type GraphNode } from '../../graph';
import { integerConstant, tensorName, type BuiltGraph } from './build';
import { dynamicLinear } from '../ops';
import type { KeepFloat, LayerPlan, Settings } from '../plan';
import { GroupQuantizedTensor, quantizeWeights } from '../numbers';

const ALONE: Readonly<Record<'dynamic' | 'weight-only', ReadonlySet<string>>> = {
  dynamic: new Set(['linear']),
  'weight-only': new Set(['linear', 'conv2d']),
};

const SILENT: ReadonlySet<string> = new Set(['reshape', 'transpose', 'slice', 'pad', 'concat', 'gather', 'input']);

/** Which layers get integer weights in the modes without calibrated activations. */
export function planWeights(graph: Graph, mode: 'dynamic' | 'weight-only', keepFloat: KeepFloat): LayerPlan[] {
  return graph.nodes
    .filter((node) => !isFixed(node) && !SILENT.has(node.op))
    .map((node) => {
      const reason = keepFloat(node) ?? reasonFor(node, mode);
      return { node, end: node, int8: reason === '', reason };
    });
}

function reasonFor(node: GraphNode, mode: 'dynamic' | 'weight-only'): string {
  if (node.op === 'conv2d' && mode === 'dynamic')
    return (
      'dynamic quantization is for dense layers: the range of every picture costs a convolution more ' + 'than it saves'
    );
  if (!ALONE[mode].has(node.op)) return 'it has no weights to quantize';
  return isFixed(node.inputs[1]) ? '' : 'its weights change with the picture';
}

/** The graph with some nodes replaced, and what each node became. */
function replaceLayers(
  graph: Graph,
  layers: readonly LayerPlan[],
  replace: (node: GraphNode, inputs: GraphNode[]) => GraphNode,
): BuiltGraph {
  const chosen = new Set(layers.filter(({ int8 }) => int8).map(({ node }) => node));
  const counterpart = new Map<GraphNode, GraphNode>();
  const built = rewrite(graph, (node, inputs) => {
    const result = chosen.has(node) ? replace(node, inputs) : { ...node, inputs };
    counterpart.set(node, result);
    return result;
  });
  return { graph: built, counterpart };
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

/** Layers whose weights are integers in the file and real numbers in the products. */
export function buildWeightOnly(graph: Graph, layers: readonly LayerPlan[], options: Settings['weights']): BuiltGraph {
  return replaceLayers(graph, layers, (node, [x, weight, ...bias]) => {
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
    const constant = { ...constantNode(weight, groups.realValues(), weight.shape), attrs: { groups, name } };
    return { ...node, inputs: [x, constant, ...bias] };
  });
}
