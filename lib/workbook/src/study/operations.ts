import type { Graph, GraphNode } from 'scalable-inference/graph';

/** How often an operation occurs in each of several graphs. */
export type OperationRow = Readonly<Record<string, string | number>> & { readonly operation: string };

const HOLDERS: readonly string[] = ['input', 'parameter', 'constant'];
const LAYERS: readonly string[] = ['conv2d', 'linear'];

/** An activation right behind a layer is computed with it: no number is rounded or stored between the two. */
function labelOf({ op, inputs }: GraphNode): string {
  if (op !== 'relu') return op;
  return LAYERS.includes(inputs[0].op) ? 'relu, joined with the layer before it' : 'relu, on its own';
}

/**
 * The operations of several graphs, one row each, one column for each graph.
 * @param graphs by the heading of their column
 */
export function operationCounts(graphs: Readonly<Record<string, Graph>>): OperationRow[] {
  const labels = Object.entries(graphs).map(([name, { nodes }]) => ({
    name,
    found: nodes.filter(({ op }) => !HOLDERS.includes(op)).map(labelOf),
  }));
  const operations = [...new Set(labels.flatMap(({ found }) => found))].sort();
  return operations.map((operation) => ({
    operation,
    ...Object.fromEntries(
      labels.map(({ name, found }) => [name, found.filter((label) => label === operation).length] as const),
    ),
  }));
}
