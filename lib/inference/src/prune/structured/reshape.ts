import type { Shape } from '../../nn/ops';
import type { AxisLabels, Labels } from './labels';
import { sizeOf } from '../../shape';

/** Axes of both sides of a reshape that hold the same elements. */
interface Block {
  from: number[];
  to: number[];
}

/** Pairs runs of axes with equal products, from the left: [B, 49, 96] and [B, 49, 3, 32] give 0-0, 1-1, 2-(2, 3). */
function blocks(from: Shape, to: Shape): Block[] {
  const result: Block[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const block: Block = { from: [], to: [] };
    let [left, right] = [1, 1];
    do {
      if ((left <= right && i < from.length) || j >= to.length) left *= from[block.from[block.from.push(i++) - 1]];
      else right *= to[block.to[block.to.push(j++) - 1]];
    } while ((i < from.length || j < to.length) && (left !== right || !block.from.length || !block.to.length));
    result.push(block);
  }
  return result;
}

/** A cuttable axis of `parts` · `size` positions became axes of their own. */
export interface Split {
  parts: number;
  /** One label a part. */
  labels: Int32Array;
}

/** Output of {@link reshapeLabels}. */
interface Reshaped {
  axes: AxisLabels[];
  splits: Split[];
}

const TWO_AXES = 'two dimensions that can be cut are joined into one';

/**
 * Labels after a reshape. Where axes are joined, each position keeps the label of the one axis that can be cut. Where
 * an axis is split, its first part stays cuttable, as a whole: that is how heads of attention come about.
 */
export function reshapeLabels(labels: Labels, axes: readonly AxisLabels[], from: Shape, to: Shape): Reshaped {
  const result: Reshaped = { axes: to.map(() => null), splits: [] };
  for (const block of blocks(from, to)) {
    const cuttable = block.from.filter((axis) => axes[axis]);
    if (cuttable.length > 1) cuttable.forEach((axis) => labels.protect(axes[axis], TWO_AXES));
    if (cuttable.length !== 1) continue;
    const wide = block.to.filter((axis) => to[axis] > 1);
    const merged = spread(axes[cuttable[0]] as Int32Array, cuttable[0], block.from, from);
    if (wide.length === 1) result.axes[wide[0]] = merged;
    else if (wide.length > 1) {
      const split = firstPart(labels, merged, to[wide[0]]);
      result.axes[wide[0]] = split.labels;
      result.splits.push(split);
    }
  }
  return result;
}

/** One label a position of the joined axes, row-major. */
function spread(axis: Int32Array, at: number, joined: readonly number[], shape: Shape): Int32Array {
  const sizeAlong = (axes: readonly number[]): number => sizeOf(axes.map((each) => shape[each]));
  const inner = sizeAlong(joined.filter((each) => each > at));
  return Int32Array.from({ length: sizeAlong(joined) }, (_, i) => axis[Math.floor(i / inner) % axis.length]);
}

function firstPart(labels: Labels, axis: Int32Array, parts: number): Split {
  const size = axis.length / parts;
  for (let part = 0; part < parts; part++) labels.merge(axis.subarray(part * size, (part + 1) * size));
  return { parts, labels: Int32Array.from({ length: parts }, (_, part) => axis[part * size]) };
}
