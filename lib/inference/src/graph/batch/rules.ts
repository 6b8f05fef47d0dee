import {
  concat,
  conv2d,
  embedding,
  gather,
  linear,
  matmul,
  mean,
  OpRules,
  pad,
  positionsPerPicture,
  repeatBatch,
  reshape,
  shapeText,
  slice,
  traitsOf,
  transpose,
  type BatchPlace,
  type GraphNode,
  type MatMulAttributes,
  type OpKind,
} from '../../nn/ops';
import { concatRule, gatherRule, padRule, repeatRule, reshapeRule, sliceRule, transposeRule } from './moves';
import { KEEP_APART, refuse } from './refusal';
import { growingAxis } from './repeats';
import { mixes, onlyFirst, same, sameFolding, type Found, type OpRule, type Rule, type Use } from './rule';

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

const matmulRule: OpRule<MatMulAttributes> = (node, { places: [a, b] }) => {
  const { transposeA, transposeB } = node.attrs;
  const rank = node.shape.length;
  const [row, column] = [rank - (transposeA ? 1 : 2), rank - (transposeB ? 2 : 1)];
  if (a && a.axis < rank - 2 && same(a, b)) return { place: a };
  if (a && !b && a.axis === row) return { place: { ...a, axis: rank - 2 } };
  if (b && !a && b.axis === column) return { place: { ...b, axis: rank - 1 } };
  if (a && b && a.axis === row && b.axis === column)
    refuse('matmul makes a matrix of the pictures of a batch by each other', KEEP_APART);
  return mixes('matmul');
};

const meanRule: OpRule<{ axes: readonly number[]; keepDims: boolean }> = (node, use) => {
  const place = onlyFirst(node, use);
  const { axes, keepDims } = node.attrs;
  if (axes.includes(place.axis)) return mixes('mean');
  return { place: { ...place, axis: keepDims ? place.axis : place.axis - axes.filter((d) => d < place.axis).length } };
};

/** The batch lies in the numbers of the rows; the table is the same for all. */
const lookup: Rule = (node, { places: [table, ids] }) => {
  if (table || !ids)
    return refuse(
      `${node.op} picks from a table that is made from pictures`,
      'make the table from parameters and constants',
    );
  return { place: ids };
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
  .set(embedding, lookup)
  .set(repeatBatch, repeatRule)
  .set(reshape, reshapeRule);

/** Whether an operation's attributes may name the batch size. */
export const mayNameBatch = ({ op }: GraphNode): boolean => op === reshape.name || op === slice.name;

/** Follows the batch through one operation. @throws BatchError where it does not work at every batch size */
export const followOperation: Rule = (node, use) =>
  (RULES.of(node) ?? BY_KIND[traitsOf(node).kind] ?? unknown)(node, use);
