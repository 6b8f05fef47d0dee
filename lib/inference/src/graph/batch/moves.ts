import {
  isOp,
  positionsPerPicture,
  shapeText,
  sizeOf,
  slice,
  type BatchPlace,
  type RepeatAttributes,
  type Shape,
} from '../../nn/ops';
import { refuse } from './refusal';
import { growingAxis } from './repeats';
import { mixes, onlyFirst, same, type OpRule, type Rule } from './rule';

export const transposeRule: OpRule<{ order: readonly number[] }> = (node, use) => {
  const place = onlyFirst(node, use);
  return { place: { ...place, axis: node.attrs.order.indexOf(place.axis) } };
};

export const concatRule: OpRule<{ axis: number }> = (node, { places }) => {
  const [place] = places;
  if (!place || places.some((each) => !each))
    return refuse(
      'concat joins a value that does not grow with the batch to one that does',
      'repeat it for every picture, such as F.add(tf.zeros([x.shape[0], 1, 1]), token)',
    );
  if (node.attrs.axis !== place.axis) return places.every((each) => same(each, place)) ? { place } : mixes('concat');
  if (!places.every((each) => each?.axis === place.axis && each.inner === place.inner)) return mixes('concat');
  return { place: { ...place, outer: places.reduce((sum, each) => sum + (each?.outer ?? 0), 0) } };
};

export const padRule: OpRule<{ paddings: ReadonlyArray<readonly [number, number]> }> = (node, use) => {
  const place = onlyFirst(node, use);
  const [before, after] = node.attrs.paddings[place.axis];
  if (before || after) refuse('pad adds pictures to the batch', 'give the dimension of the batch the paddings [0, 0]');
  return { place };
};

export const gatherRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  if (place.axis === 0)
    refuse(
      'gather picks single pictures from the batch',
      'keep the batch whole, and pick from the result outside the network',
    );
  return { place };
};

interface Part extends Record<string, unknown> {
  begin: readonly number[];
  size: readonly number[];
}

export const sliceRule: OpRule<Part> = (node, use) => {
  const place = onlyFirst(node, use);
  const { other } = use;
  const now = node.attrs;
  const then = isOp(other, slice) ? other.attrs : now; // both traces have the same operations
  const [whole, otherWhole] = [node.inputs[0].shape, other.inputs[0].shape];
  const size = node.shape.map((n, axis) => {
    const starts = [now.begin[axis], then.begin[axis]];
    if (axis === place.axis) {
      if (starts.some(Boolean) || n !== whole[axis] || other.shape[axis] !== otherWhole[axis])
        refuse(
          'slice takes a part of the batch',
          `keep it whole (begin 0, size -1 in dimension ${axis}), and take single pictures outside the network`,
        );
      return -1;
    }
    if (starts[0] !== starts[1] || n !== other.shape[axis])
      refuse(
        `slice takes a part of dimension ${axis} that depends on the batch size`,
        'write begin and size without x.shape[0]',
      );
    return now.size[axis] === then.size[axis] ? now.size[axis] : n;
  });
  return { place, attrs: { begin: now.begin, size } };
};

/** Positions of one picture that follow each other before the next picture comes, in row-major order. */
const stride = (shape: Shape, { axis, inner }: BatchPlace): number => inner * sizeOf(shape.slice(axis + 1));

export const reshapeRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  const found = growingAxis(node.shape, use.other.shape, use.batches);
  if (!found)
    return refuse(
      `reshape makes ${shapeText(node.shape)} of ${shapeText(node.inputs[0].shape)}, which does not grow with the batch in one dimension`,
      'give the dimension of the batch as x.shape[0], times what is folded into it, or as -1',
    );
  const { axis, perPicture } = found;
  const inner = stride(node.inputs[0].shape, place) / sizeOf(node.shape.slice(axis + 1));
  const outer = perPicture / inner;
  if (![inner, outer].every((n) => Number.isInteger(n) && n > 0))
    refuse(
      `reshape of ${shapeText(node.inputs[0].shape)} to ${shapeText(node.shape)} puts values of several pictures together`,
      'keep the values of each picture together, with x.shape[0] first',
    );
  return { place: { axis, outer, inner }, attrs: { shape: node.shape.map((n, i) => (i === axis ? -1 : n)) } };
};

export const repeatRule: OpRule<RepeatAttributes> = (node, { places: [value, like] }) => {
  const { axis, outer, times } = node.attrs;
  if (value || !like || like.axis !== 0 || positionsPerPicture(like) !== 1) return mixes(node.op);
  return { place: { axis, outer, inner: (node.inputs[0].shape[axis] / outer) * times } };
};
