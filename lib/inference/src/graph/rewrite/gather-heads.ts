import { isFixed, linear, reshape, slice, transpose, type GraphNode, type OpDefinition } from '../../nn/ops';
import type { Graph } from '../trace';
import { findParts, type HeadPart } from './head-parts';
import { rewrite } from './rewrite';
import { constantNode, valueOf } from './values';

/** Parts of one attention that are made from the same tokens and have heads of the same number and size. */
type Group = readonly HeadPart[];

/**
 * Brings queries, keys and values [batch, heads, tokens, size] to their places by one transposition of all of them, in
 * place of a slice and a transposition for each: the result [parts, batch, heads, tokens, size] is cut along its first
 * dimension, which copies nothing. Layers that read the same tokens become one layer, with the scale of the queries in its
 * weights, which makes a second copy of these weights.
 */
export function gatherHeads(graph: Graph): Graph {
  const groups = groupsOf(findParts(graph));
  const places = new Map(groups.flatMap((group) => group.map((part, i) => [part.end, { group, part, i }] as const)));
  const gathered = new Map<Group, GraphNode>();
  return rewrite(graph, (node, inputs) => {
    const place = places.get(node);
    if (!place) return undefined;
    const { group, part, i } = place;
    const all = gathered.get(group) ?? gather(group, layerBehind(part, node, inputs));
    gathered.set(group, all);
    return take(all, i, part);
  }).graph;
}

function groupsOf(parts: readonly HeadPart[]): Group[] {
  const groups = new Map<string, HeadPart[]>();
  for (const part of parts) {
    const [, heads, , size] = part.turned.shape;
    const key = [part.layer.inputs[0].id, heads, size].join();
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1 && readAll(group))
    .map((group) => group.sort((a, b) => a.layer.id - b.layer.id || a.first - b.first));
}

/** Whether nothing but the group reads its layers. */
const readAll = (group: Group): boolean =>
  group.every(({ layer, readers }) => group.filter((other) => other.layer === layer).length === readers);

/** Whether the parts are all columns of one layer, in their order. */
const isOneLayer = (group: Group): boolean =>
  group.every(
    ({ layer, first, width, scale }, i) =>
      layer === group[0].layer && first === i * width && scale === 1 && layer.shape[2] === group.length * width,
  );

/** The copy of a part's layer, found from the copies of what its last node reads. */
function layerBehind(part: HeadPart, node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  let [original, copy]: [GraphNode, GraphNode] = [node, { ...node, inputs: [...inputs] }];
  while (original !== part.layer) {
    const at = original.inputs.findIndex((each) => !isFixed(each));
    [original, copy] = [original.inputs[at], copy.inputs[at]];
  }
  return copy;
}

/** [parts, batch, heads, tokens, size] of all parts of a group, from the copy of the layer that the first of them reads. */
function gather(group: Group, layer: GraphNode): GraphNode {
  const all = isOneLayer(group) ? layer : mergedLayer(group, layer);
  const [batch, heads, tokens, size] = group[0].turned.shape;
  const parts = group.length;
  const cut = make(reshape, all, { shape: [-1, tokens, parts, heads, size] }, [batch, tokens, parts, heads, size]);
  return make(transpose, cut, { order: [2, 0, 3, 1, 4] }, [parts, batch, heads, tokens, size], 1);
}

/** Part `i` as [batch, heads, tokens, size]. */
function take(all: GraphNode, i: number, { turned }: HeadPart): GraphNode {
  const [batch, heads, tokens, size] = turned.shape;
  const attrs = { begin: [i, 0, 0, 0, 0], size: [1, -1, -1, -1, -1] };
  const part = make(slice, all, attrs, [1, batch, heads, tokens, size], 1);
  return make(reshape, part, { shape: [-1, heads, tokens, size] }, [batch, heads, tokens, size]);
}

function make(
  op: OpDefinition,
  input: GraphNode,
  attrs: GraphNode['attrs'],
  shape: readonly number[],
  batchAxis = 0,
): GraphNode {
  const batch = input.batch && { ...input.batch, axis: batchAxis };
  return { ...input, op: op.name, inputs: [input], attrs, shape, ...(batch ? { batch } : {}) };
}

/** One layer in place of those of a group, its columns in the order of the parts and scaled as they are. */
function mergedLayer(group: Group, layer: GraphNode): GraphNode {
  const [x, weight] = layer.inputs;
  const rows = weight.shape[0];
  const columns = group.reduce((sum, { width }) => sum + width, 0);
  const weights = new Float32Array(rows * columns);
  const biases = new Float32Array(columns);
  let to = 0;
  for (const { layer: from, first, width, scale } of group) {
    const [, w, b] = from.inputs;
    const place = { first, width, scale, to, columns };
    copyColumns(valueOf(w), weights, place);
    if (b) copyColumns(valueOf(b), biases, place);
    to += width;
  }
  const inputs = [x, constantNode(weight, weights, [rows, columns]), constantNode(weight, biases, [columns])];
  return { ...layer, op: linear.name, inputs, shape: [...layer.shape.slice(0, 2), columns] };
}

interface ColumnPlace {
  first: number;
  width: number;
  scale: number;
  /** First column and number of columns in the target. */
  to: number;
  columns: number;
}

function copyColumns(
  from: Float32Array | Int32Array,
  target: Float32Array,
  { first, width, scale, to, columns }: ColumnPlace,
): void {
  const rows = target.length / columns;
  const stride = from.length / rows;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) target[row * columns + to + i] = from[row * stride + first + i] * scale;
  }
}
