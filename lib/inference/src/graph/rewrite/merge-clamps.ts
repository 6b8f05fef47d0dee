import { traitsOf } from '../../nn/ops';
import type { Graph } from '../trace';
import { rewrite } from './rewrite';

type Range = readonly [low: number, high: number];

const isWithin = ([low, high]: Range, [from, to]: Range): boolean => low >= from && high <= to;

/**
 * Takes one of two limits in a row where the other one alone gives the same: behind a ReLU6 a ReLU changes nothing, and
 * before a ReLU6 a ReLU need not have been. (onnxruntime cannot run a dense layer in integers under two of them.)
 */
export function mergeClamps(graph: Graph): Graph {
  return rewrite(graph, (node, [x]) => {
    const [range, before] = [traitsOf(node).clamps, x && traitsOf(x).clamps];
    if (!range || !before) return undefined;
    if (isWithin(before, range)) return x;
    return isWithin(range, before) ? { ...node, inputs: [x.inputs[0]] } : undefined;
  }).graph;
}
