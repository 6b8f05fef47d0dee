import { inputsOf, trace, type Graph, type GraphNode } from '../../graph';
import { isOp, slice } from '../../nn/ops';
import { PruningError } from '../errors';
import type { AxisLabels } from './labels';
import type { Plan } from './plan';
import { sameShape, strideOf } from '../../shape';

/** Whether a label was cut. */
type IsGone = (label: number) => boolean;

/**
 * After the cut: the smaller network must run through the same operations, with the constants that belong to the
 * channels it kept, and its slices must take what is left of what they took. A network that computes such sizes in
 * another way than from its parameters is refused here, before anyone uses it.
 */
export function checkAgainst({ graph, dependencies: { constants, slices, labels }, groups }: Plan): void {
  const cut = new Set(groups.flatMap((each) => each.cut.map((unit) => unit.label)));
  const isGone: IsGone = (label) => cut.has(labels.root(label));
  const { nodes } = retrace(graph);
  const differs = graph.nodes.findIndex((before, i) => {
    const after = nodes[i];
    if (before.op !== after?.op) return true;
    const [constant, sliced] = [constants.get(before), slices.get(before)];
    return (
      (constant && !sameConstant(before, after, constant, isGone)) ||
      (sliced && !sameSlice(before, after, sliced, isGone))
    );
  });
  if (differs < 0) return;
  const { op, path } = graph.nodes[differs];
  throw new PruningError(
    'ValueError',
    `The '${op}' in '${path}' does not follow the smaller network: name that layer, or one that makes its channels, in ignore.`,
  );
}

function retrace(graph: Graph): Graph {
  try {
    return trace(graph.net, inputsOf(graph), { anyBatch: false });
  } catch (error) {
    throw new PruningError(
      'ValueError',
      `The smaller network does not run: ${(error as Error).message} Name the layers that make the channels it counts in ignore.`,
    );
  }
}

function sameConstant(before: GraphNode, after: GraphNode, axes: readonly AxisLabels[], isGone: IsGone): boolean {
  const strides = before.shape.map((_, axis) => strideOf(before.shape, axis));
  const gone = axes.map((labels) => labels && Array.from(labels, isGone));
  if (!gone.some((flags) => flags?.includes(true))) return sameShape(before.shape, after.shape);
  const kept = before.constant?.data.filter(
    (_, i) => !gone.some((flags, axis) => flags?.[Math.floor(i / strides[axis]) % before.shape[axis]]),
  );
  const made = after.constant?.data;
  return (
    kept !== undefined &&
    made !== undefined &&
    kept.length === made.length &&
    kept.every((value, i) => value === made[i])
  );
}

function sameSlice(before: GraphNode, after: GraphNode, axes: readonly AxisLabels[], isGone: IsGone): boolean {
  if (!isOp(before, slice) || !isOp(after, slice)) return false;
  const [from, now] = [before.attrs.begin, after.attrs.begin];
  return axes.every((labels, axis) => {
    if (!labels) return true;
    const kept = (begin: number, end: number): number =>
      labels.subarray(begin, end).filter((label) => !isGone(label)).length;
    return kept(0, from[axis]) === now[axis] && kept(from[axis], from[axis] + before.shape[axis]) === after.shape[axis];
  });
}
