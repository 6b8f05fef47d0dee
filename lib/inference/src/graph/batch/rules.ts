import {
  concat,
  conv2d,
  gather,
  linear,
  matmul,
  mean,
  OpRules,
  pad,
  positionsPerPicture,
  reshape,
  shapeText,
  sizeOf,
  slice,
  traitsOf,
  transpose,
  type Attributes,
  type BatchPlace,
  type GraphNode,
  type OpKind,
  type Shape,
} from '../../nn/ops';
import { KEEP_APART, refuse } from './refusal';
import { growingAxis } from './repeats';

/** One operation that reads pictures, as two traces saw it. */
export interface Use {
  /** The node of the other trace. */
  other: GraphNode;
  /** Where the batch lies in each input; undefined for those without one. */
  places: ReadonlyArray<BatchPlace | undefined>;
  /** The batch sizes of the two traces. */
  batches: readonly [number, number];
}

/** Where the batch lies in the output, and attributes that fit every batch size where the recorded ones do not. */
export interface Found {
  place: BatchPlace;
  attrs?: Attributes;
}

type Rule = (node: GraphNode, use: Use) => Found;

const sameFolding = (a: BatchPlace, b: BatchPlace): boolean => a.outer === b.outer && a.inner === b.inner;
const same = (a: BatchPlace | undefined, b: BatchPlace | undefined): boolean =>
  a === b || (!!a && !!b && a.axis === b.axis && sameFolding(a, b));

const mixes = (op: string): never => refuse(`${op} mixes the pictures of a batch`, KEEP_APART);

/** The batch of input 0, which all others are without. */
function onlyFirst({ op }: GraphNode, { places: [place, ...others] }: Use): BatchPlace {
  if (!place || others.some(Boolean))
    refuse(
      `${op} takes weights or statistics that are made from pictures`,
      'make them from parameters and constants, or compute with F.matmul, F.add and F.multiply',
    );
  return place;
}

const keep: Rule = (node, use) => ({ place: onlyFirst(node, use) });

/** Works along the last dimension. */
const alongLast: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  return place.axis === node.inputs[0].shape.length - 1 ? mixes(node.op) : { place };
};

/** Pictures [batch, height, width, channels]. */
const picture: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  return place.axis === 0 ? { place } : mixes(node.op);
};

/** Element by element of tensors that broadcast: the batch must meet itself, or nothing. */
const join: Rule = (node, { places }) => {
  const rank = node.shape.length;
  const aligned = places.map(
    (place, i) => place && { ...place, axis: place.axis + rank - node.inputs[i].shape.length },
  );
  const [place] = aligned.filter(Boolean) as BatchPlace[];
  for (const [i, other] of aligned.entries()) {
    if (other && other.axis !== place.axis)
      refuse(`${node.op} makes a matrix of the pictures of a batch by each other`, KEEP_APART);
    if (other && !sameFolding(other, place)) mixes(node.op);
    const size = node.inputs[i].shape.at(place.axis - rank) ?? 1;
    if (!other && rank - place.axis <= node.inputs[i].shape.length && size !== 1)
      refuse(
        `${node.op} gives the pictures of a batch values of their own, ${shapeText(node.inputs[i].shape)}`,
        'use a value with 1 in the dimension of the batch',
      );
  }
  return { place };
};

const matmulRule: Rule = (node, { places: [a, b] }) => {
  const { transposeA, transposeB } = node.attrs as { transposeA: boolean; transposeB: boolean };
  const rank = node.shape.length;
  const [row, column] = [rank - (transposeA ? 1 : 2), rank - (transposeB ? 2 : 1)];
  if (a && a.axis < rank - 2 && same(a, b)) return { place: a };
  if (a && !b && a.axis === row) return { place: { ...a, axis: rank - 2 } };
  if (b && !a && b.axis === column) return { place: { ...b, axis: rank - 1 } };
  if (a && b && a.axis === row && b.axis === column)
    refuse('matmul makes a matrix of the pictures of a batch by each other', KEEP_APART);
  return mixes('matmul');
};

const meanRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  const { axes, keepDims } = node.attrs as { axes: readonly number[]; keepDims: boolean };
  if (axes.includes(place.axis)) return mixes('mean');
  return { place: { ...place, axis: keepDims ? place.axis : place.axis - axes.filter((d) => d < place.axis).length } };
};

const transposeRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  return { place: { ...place, axis: (node.attrs.order as readonly number[]).indexOf(place.axis) } };
};

const concatRule: Rule = (node, { places }) => {
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

const padRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  const [before, after] = (node.attrs.paddings as ReadonlyArray<readonly number[]>)[place.axis];
  if (before || after) refuse('pad adds pictures to the batch', 'give the dimension of the batch the paddings [0, 0]');
  return { place };
};

const gatherRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  if (place.axis === 0)
    refuse(
      'gather picks single pictures from the batch',
      'keep the batch whole, and pick from the result outside the network',
    );
  return { place };
};

interface Part {
  begin: readonly number[];
  size: readonly number[];
}

const sliceRule: Rule = (node, use) => {
  const place = onlyFirst(node, use);
  const { other } = use;
  const [now, then] = [node.attrs, other.attrs] as unknown as [Part, Part];
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

const reshapeRule: Rule = (node, use) => {
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

/** An operation of which nothing is known: batches first, as everywhere, or not at all. */
const unknown: Rule = (node, { other, places, batches }) => {
  const found = growingAxis(node.shape, other.shape, batches);
  const first = places.every((place) => !place || (place.axis === 0 && same(place, places.find(Boolean))));
  const place = places.find(Boolean);
  if (!place || !first || found?.axis !== 0 || found.perPicture !== positionsPerPicture(place))
    return refuse(
      `${node.op} does not keep the batch in the first dimension`,
      'give it inputs [batch, ...], and let it give an output [batch, ...]',
    );
  return { place };
};

const BY_KIND: Readonly<Partial<Record<OpKind, Rule>>> = {
  elementwise: keep,
  join,
  normalization: alongLast,
  pooling: picture,
};

const RULES = new OpRules<[use: Use], Found>()
  .set(conv2d, picture)
  .set(linear, alongLast)
  .set(matmul, matmulRule)
  .set(mean, meanRule)
  .set(transpose, transposeRule)
  .set(concat, concatRule)
  .set(slice, sliceRule)
  .set(pad, padRule)
  .set(gather, gatherRule)
  .set(reshape, reshapeRule);

/** Whether an operation's attributes may name the batch size. */
export const mayNameBatch = ({ op }: GraphNode): boolean => op === reshape.name || op === slice.name;

/** Follows the batch through one operation. @throws BatchError where it does not work at every batch size */
export const followOperation: Rule = (node, use) =>
  (RULES.of(node) ?? BY_KIND[traitsOf(node).kind] ?? unknown)(node, use);
