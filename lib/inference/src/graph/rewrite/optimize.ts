import type { Graph } from '../trace';
import { foldBatchNorm } from './fold-batch-norm';
import { foldConstants } from './fold-constants';
import { mergeClamps } from './merge-clamps';

/**
 * The same network with constants computed, batch normalisation folded and limits in a row merged: what every reader that
 * runs a graph begins with.
 */
export function optimize(graph: Graph): Graph {
  return mergeClamps(foldBatchNorm(foldConstants(graph)));
}
