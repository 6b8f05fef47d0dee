import { graph } from 'scalable-inference';
import { Disagreement } from './agree';

const layersOf = ({ nodes }: graph.Graph): graph.GraphNode[] =>
  nodes.filter(({ op }) => op === 'conv2d' || op === 'linear');

/**
 * A converted graph with the biases that it was converted from.
 *
 * @param float the graph before conversion: the same layers in the same order
 */
export function withRealBiases(converted: graph.Graph, float: graph.Graph): graph.Graph {
  const before = layersOf(float);
  const behind = layersOf(converted);
  if (before.map(({ path, op }) => path + op).join() !== behind.map(({ path, op }) => path + op).join())
    throw new Disagreement('conversion changes the layers or their order');
  const origin = new Map(behind.map((node, i) => [node, before[i]]));
  return graph.rewrite(converted, (node, [x, weight, bias]) => {
    const real = origin.get(node)?.inputs[2];
    return real && bias
      ? { ...node, inputs: [x, weight, graph.constantNode(bias, values(real), bias.shape)] }
      : undefined;
  }).graph;
}

const values = (node: graph.GraphNode): Float32Array => Float32Array.from(graph.valueOf(node));
