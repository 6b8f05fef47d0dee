import type { Graph } from '../trace';

/** What the parameters and constants of a graph take, as float32. */
export const weightBytes = (graph: Graph): number =>
  graph.nodes.reduce((sum, { parameter, constant, shape }) => {
    if (!parameter && !constant) return sum;
    return sum + 4 * shape.reduce((product, n) => product * n, 1);
  }, 0);
