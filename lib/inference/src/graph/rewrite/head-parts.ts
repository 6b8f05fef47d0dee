import { isFixed, isOp, linear, multiply, reshape, sizeOf, slice, transpose, type GraphNode } from '../../nn/ops';
import type { Graph } from '../trace';
import { countUses } from './rewrite';
import { valueOf } from './values';

/** Queries, keys or values of an attention: columns of a dense layer, cut into heads. */
export interface HeadPart {
  /** The dense layer, [batch, tokens, columns]. */
  layer: GraphNode;
  /** How many nodes read the layer. */
  readers: number;
  /** Which of its columns. */
  first: number;
  width: number;
  /** The transposition to [batch, heads, tokens, size]. */
  turned: GraphNode;
  /** The last node of the part: the transposition, or the multiplication of all that it gives by a number. */
  end: GraphNode;
  /** That number; 1 where there is no multiplication. */
  scale: number;
}

/** Finds what `splitHeads` of the attention layers makes of dense layers. */
export function findParts(graph: Graph): HeadPart[] {
  const uses = countUses(graph);
  const parts = graph.nodes.flatMap((node) => partAt(node, uses) ?? []);
  const scales = new Map(graph.nodes.flatMap((node) => scaleAt(node, uses) ?? []).map((each) => [each.turned, each]));
  return parts.map((part) => ({ ...part, ...scales.get(part.turned) }));
}

type Uses = ReadonlyMap<GraphNode, number>;

function partAt(turned: GraphNode, uses: Uses): HeadPart | undefined {
  if (!isOp(turned, transpose) || turned.attrs.order.join() !== '0,2,1,3') return undefined;
  const [cut] = turned.inputs;
  if (!isOp(cut, reshape) || uses.get(cut) !== 1) return undefined;
  const { layer, first, width } = columnsBehind(cut.inputs[0], uses);
  const [batch, tokens] = layer.shape;
  const [rows, kept, heads, size] = cut.shape;
  const fits = rows === batch && kept === tokens && heads * size === width;
  return fits && isDense(layer)
    ? { layer, readers: uses.get(layer) as number, first, width, turned, end: turned, scale: 1 }
    : undefined;
}

/** [batch, tokens, columns] of a layer whose weights are known. */
const isDense = (node: GraphNode): boolean =>
  isOp(node, linear) && node.shape.length === 3 && node.batch?.axis === 0 && node.inputs.slice(1).every(isFixed);

/** The layer that a value is, or is some columns of. */
function columnsBehind(value: GraphNode, uses: Uses): Pick<HeadPart, 'layer' | 'first' | 'width'> {
  const width = value.shape.at(-1) as number;
  if (!isOp(value, slice) || uses.get(value) !== 1) return { layer: value, first: 0, width };
  const [layer] = value.inputs;
  const isWhole = (n: number, axis: number): boolean => n === layer.shape[axis];
  return value.shape.slice(0, -1).every(isWhole)
    ? { layer, first: value.attrs.begin.at(-1) as number, width }
    : { layer: value, first: 0, width };
}

/** What a multiplication of a transposition by one fixed number adds to its part. */
function scaleAt(node: GraphNode, uses: Uses): Pick<HeadPart, 'turned' | 'end' | 'scale'> | undefined {
  if (!isOp(node, multiply)) return undefined;
  const [turned, factor] = isFixed(node.inputs[0]) ? [...node.inputs].reverse() : node.inputs;
  const isNumber = isFixed(factor) && sizeOf(factor.shape) === 1 && node.shape.length === turned.shape.length;
  return isNumber && uses.get(turned) === 1 && isOp(turned, transpose)
    ? { turned, end: node, scale: valueOf(factor)[0] }
    : undefined;
}
