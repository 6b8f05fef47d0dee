import { isFixed } from '../nn/ops';
import { evaluator } from './evaluate';
import { FixedTensors } from './rewrite';
import type { Runner } from './runner';
import type { Graph } from './trace';

/** Prepares a graph to be computed operation by operation, for backends without sessions; its weights are those of this moment. */
export function openPlan(graph: Graph): Runner {
  const run = evaluator(graph);
  const fixed = new FixedTensors(graph.nodes.filter(isFixed));
  return { run: (inputs) => run(inputs, { fixed: fixed.of }), dispose: () => fixed.dispose() };
}
