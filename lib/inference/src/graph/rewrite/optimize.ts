import type { Graph } from '../trace';
import { foldBatchNorm } from './fold-batch-norm';
import { foldConstants } from './fold-constants';

/** The same network with constants computed and batch normalisation folded: what every reader that runs a graph begins with. */
export function optimize(graph: Graph): Graph {
  return foldBatchNorm(foldConstants(graph));
}
