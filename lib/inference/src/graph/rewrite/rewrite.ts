import type { GraphNode } from '../../nn/ops';
import type { Graph } from '../trace';

/**
 * Makes the replacement of one node, or returns undefined to keep it as it is.
 *
 * @param node as it stood in the graph, with its original inputs
 * @param inputs what these inputs have become
 */
export type Replace = (node: GraphNode, inputs: GraphNode[]) => GraphNode | undefined;

/** How often each node is read, the graph's output counted as a reader. */
export function countUses(graph: Graph): Map<GraphNode, number> {
  const uses = new Map<GraphNode, number>([[graph.output, 1]]);
  for (const node of graph.nodes) {
    for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  }
  return uses;
}

/** A graph made from another one. */
export interface Rewritten {
  graph: Graph;
  /** What each node of the other graph has become, even where nothing in the new one reads it. */
  counterpart: ReadonlyMap<GraphNode, GraphNode>;
}

/** A copy of the graph with some nodes replaced; nodes that nothing reads any more are left out. The given graph stays as it was. */
export function rewrite(graph: Graph, replace: Replace): Rewritten {
  const copies = new Map<GraphNode, GraphNode>();
  const copyOf = (node: GraphNode): GraphNode => copies.get(node) as GraphNode;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(copyOf);
    copies.set(node, replace(node, inputs) ?? { ...node, inputs });
  }
  return { graph: assemble(graph, graph.inputs.map(copyOf), copyOf(graph.output)), counterpart: copies };
}

/** Lists what the output depends on, each node after those it reads, and numbers it. */
function assemble(graph: Graph, inputs: readonly GraphNode[], output: GraphNode): Graph {
  const nodes: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const visit = (root: GraphNode): void => {
    const stack: Array<[GraphNode, number]> = [[root, 0]];
    seen.add(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top[0].inputs[top[1]++];
      if (!next) nodes.push((stack.pop() as [GraphNode, number])[0]);
      else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  };
  inputs.forEach(visit);
  if (!seen.has(output)) visit(output);
  nodes.forEach((node, id) => (node.id = id));
  return { nodes, inputs, output, net: graph.net };
}
