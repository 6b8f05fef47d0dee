import type { GraphNode } from '../../graph';
import {
  batchNorm,
  concat,
  conv2d,
  embedding,
  gather,
  l2Normalize,
  layerNorm,
  linear,
  matmul,
  mean,
  OpRules,
  pad,
  reshape,
  slice,
  softmax,
  traitsOf,
  transpose,
  type ConvAttributes,
  type MatMulAttributes,
  type OpKind,
  type OpNode,
} from '../../nn/ops';
import type { AxisLabels, Labels } from './labels';
import { reshapeLabels, type Split } from './reshape';

/** What a parameter's axis is to the layer that uses it. */
export type Role = 'out' | 'in' | 'scale';

/** What rules may do besides returning the labels of the output. */
export interface Flow {
  labels: Labels;
  /** Notes what an axis of the i-th input is for. */
  role(node: GraphNode, input: number, axis: number, role: Role): void;
  /** Notes that a grouped convolution has as many groups as labels are kept. */
  groups(node: GraphNode, labels: Int32Array): void;
  /** Notes that an axis was split into heads; false when nobody there counts heads. */
  heads(node: GraphNode, split: Split): boolean;
  /** Notes the labels that a slice takes its part from. */
  sliced(node: GraphNode, axes: readonly AxisLabels[]): void;
}

/** Labels of the output's axes from those of the inputs' axes. */
type Rule<A = unknown> = (node: OpNode<A>, inputs: ReadonlyArray<readonly AxisLabels[]>, flow: Flow) => AxisLabels[];

const where = (node: GraphNode): string => (node.path ? ` in '${node.path}'` : '');

/** Pictures [batch, height, width, channels]: only channels can be cut. */
function picture(x: readonly AxisLabels[], flow: Flow, node: GraphNode): void {
  for (const axis of [x[1], x[2]]) flow.labels.protect(axis, `a convolution or pooling${where(node)} works across it`);
}

const convolutionRule: Rule<ConvAttributes> = (node, [x, w, b], flow) => {
  picture(x, flow, node);
  flow.role(node, 1, 3, 'out');
  const { groups } = node.attrs;
  if (groups === 1) {
    flow.role(node, 1, 2, 'in');
    flow.labels.join(x[3], w[2], 'the input channels of the network stay');
  } else groupedChannels(node, x[3], w, flow, groups);
  if (b) flow.labels.join(w[3], b[0], 'its bias cannot be cut');
  return [x[0], null, null, w[3]];
};

/** Whole groups go at once: their inputs, outputs and kernels together. In a depthwise convolution each channel is a group. */
function groupedChannels(node: GraphNode, x: AxisLabels, w: readonly AxisLabels[], flow: Flow, groups: number): void {
  flow.labels.protect(w[2], `grouped convolution${where(node)} loses whole groups only`);
  const out = w[3];
  if (!x || !out) return flow.labels.protect(x ?? out, `the input channels of the network stay`);
  const [inputs, outputs] = [x.length / groups, out.length / groups];
  const representatives = Int32Array.from({ length: groups }, (_, g) => {
    const together = Int32Array.of(
      ...x.subarray(g * inputs, (g + 1) * inputs),
      ...out.subarray(g * outputs, (g + 1) * outputs),
    );
    flow.labels.merge(together);
    return together[0];
  });
  return flow.groups(node, representatives);
}

const linearRule: Rule = (node, [x, w, b], flow) => {
  flow.role(node, 1, 1, 'out');
  flow.role(node, 1, 0, 'in');
  flow.labels.join(x.at(-1) ?? null, w[0], `its dense layer${where(node)} reads values that no layer makes`);
  if (b) flow.labels.join(w[1], b[0], 'its bias cannot be cut');
  return [...x.slice(0, -1), w[1]];
};

const batchNormRule: Rule = (node, [x, mean, variance, scale, offset], flow) => {
  flow.role(node, 3, 0, 'scale');
  for (const [vector] of [mean, variance, scale, offset])
    flow.labels.join(x.at(-1) ?? null, vector, 'its normalisation cannot be cut');
  return [...x];
};

const layerNormRule: Rule = (node, [x, scale, offset], flow) => {
  for (const [vector] of [scale, offset]) flow.labels.join(x.at(-1) ?? null, vector, 'its normalisation cannot be cut');
  flow.labels.protect(
    x.at(-1) ?? null,
    `layer normalisation${where(node)} takes mean and variance over all of it, so the others would change`,
  );
  return [...x];
};

/** Works on the last axis as a whole. */
const acrossLast =
  (what: string): Rule =>
  (node, [x], flow) => {
    flow.labels.protect(x.at(-1) ?? null, `${what}${where(node)} works across it`);
    return [...x];
  };

const same: Rule = (_node, [x]) => [...x];

/** Two inputs that broadcast against each other. */
const broadcast: Rule = (node, [a, b], flow) => {
  const rank = node.shape.length;
  const sizeAt = (input: number, axis: number): number => node.inputs[input].shape.at(axis - rank) ?? 1;
  const labelsAt = (labels: readonly AxisLabels[], axis: number): AxisLabels => labels.at(axis - rank) ?? null;
  return node.shape.map((size, axis) => {
    const wide = [0, 1].filter(
      (input) => rank - axis <= node.inputs[input].shape.length && sizeAt(input, axis) === size,
    );
    if (size === 1 || wide.length === 0) return null;
    if (wide.length === 1) return labelsAt(wide[0] === 0 ? a : b, axis);
    return flow.labels.join(
      labelsAt(a, axis),
      labelsAt(b, axis),
      `it meets${where(node)} a dimension that no layer makes`,
    );
  });
};

const matmulRule: Rule<MatMulAttributes> = (node, [a, b], flow) => {
  const { transposeA, transposeB } = node.attrs;
  const rank = a.length;
  const [row, inner] = transposeA ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
  const [inner2, column] = transposeB ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
  const reason = `a matrix product${where(node)} sums over it`;
  flow.labels.protect(a[inner], reason);
  flow.labels.protect(b[inner2], reason);
  const batch = a.slice(0, -2).map((axis, i) => flow.labels.join(axis, b[i], reason));
  return [...batch, a[row], b[column]];
};

const pooling: Rule = (node, [x], flow) => {
  picture(x, flow, node);
  return [x[0], null, null, x[3]];
};

const reshapeRule: Rule = (node, [x], flow) => {
  const { axes, splits } = reshapeLabels(flow.labels, x, node.inputs[0].shape, node.shape);
  for (const split of splits) {
    if (!flow.heads(node, split))
      flow.labels.protect(split.labels, `a reshape${where(node)} splits it into fixed sizes`);
  }
  return axes;
};

const transposeRule: Rule<{ order: readonly number[] }> = (node, [x]) => node.attrs.order.map((axis) => x[axis]);

const concatRule: Rule<{ axis: number }> = (node, inputs, flow) => {
  const { axis: joined } = node.attrs;
  return node.shape.map((_, axis) => {
    const parts = inputs.map((input) => input[axis]);
    if (axis !== joined)
      return parts.reduce((a, b) =>
        flow.labels.join(a, b, `it is joined${where(node)} with a dimension that no layer makes`),
      );
    if (parts.every((part) => part === null)) return null;
    return Int32Array.from(parts.flatMap((part, i) => [...(part ?? fixed(flow, node.inputs[i].shape[axis]))]));
  });
};

/** Labels for positions that stay, where they lie beside others that can go. */
function fixed(flow: Flow, size: number): Int32Array {
  const axis = flow.labels.axis(Math.max(size, 2)) as Int32Array;
  flow.labels.protect(axis, 'no layer makes it');
  return axis.subarray(0, size);
}

const sliceRule: Rule<{ begin: readonly number[] }> = (node, [x], flow) => {
  flow.sliced(node, x);
  const { begin } = node.attrs;
  return node.shape.map((size, axis) =>
    size > 1 ? (x[axis]?.subarray(begin[axis], begin[axis] + size) ?? null) : null,
  );
};

const padRule: Rule = (node, [x], flow) =>
  x.map((axis, i) => {
    if (node.shape[i] === node.inputs[0].shape[i]) return axis;
    flow.labels.protect(axis, `zeros are added to it${where(node)}`);
    return null;
  });

const meanRule: Rule<{ axes: readonly number[]; keepDims: boolean }> = (node, [x], flow) => {
  const { axes, keepDims } = node.attrs;
  for (const axis of axes) flow.labels.protect(x[axis], `a mean${where(node)} goes over it`);
  const left = x.map((axis, i) => (axes.includes(i) ? null : axis));
  return keepDims ? left : left.filter((_, i) => !axes.includes(i));
};

const gatherRule: Rule = (node, [table], flow) => {
  flow.labels.protect(table[0], `rows are picked from it${where(node)} by number`);
  return [null, ...table.slice(1)];
};

/** The width of the table is what it makes; its rows are the vocabulary. */
const embeddingRule: Rule = (node, [table, ids], flow) => {
  flow.labels.protect(table[0], `rows are looked up in it${where(node)} by number`);
  for (const axis of ids) flow.labels.protect(axis, 'it is the input of the network');
  flow.role(node, 0, 1, 'out');
  return [...ids.map(() => null), table[1]];
};

/** How labels pass through operations of which only the kind is known. */
const BY_KIND: Readonly<Partial<Record<OpKind, Rule>>> = { elementwise: same, join: broadcast, pooling };

const RULES = new OpRules<Parameters<Rule> extends [unknown, ...infer Rest] ? Rest : never, AxisLabels[]>()
  .set(conv2d, convolutionRule)
  .set(linear, linearRule)
  .set(batchNorm, batchNormRule)
  .set(layerNorm, layerNormRule)
  .set(matmul, matmulRule)
  .set(softmax, acrossLast('softmax'))
  .set(l2Normalize, acrossLast('normalisation'))
  .set(reshape, reshapeRule)
  .set(transpose, transposeRule)
  .set(concat, concatRule)
  .set(slice, sliceRule)
  .set(pad, padRule)
  .set(mean, meanRule)
  .set(gather, gatherRule)
  .set(embedding, embeddingRule);

/** How labels pass through an operation, or undefined where that is not known. */
export const ruleOf = (node: GraphNode): ReturnType<typeof RULES.of> => RULES.of(node) ?? BY_KIND[traitsOf(node).kind];
