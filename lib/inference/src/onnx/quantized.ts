import type { GraphNode } from '../graph';

/** Integers of a constant, and the scales and zero points that map them to the real numbers it holds. */
export interface QuantizedValue {
  data: Int8Array | Uint8Array | Int32Array;
  scales: readonly number[];
  zeroPoints: readonly number[];
  /** The dimension with a scale each, or null for one scale in all. */
  axis: number | null;
}

/** Whether a graph's constant carries its integers, as attribute `quantized`. */
export function isQuantized(node: GraphNode): boolean {
  return node.op === 'constant' && node.attrs.quantized !== undefined;
}

/** These integers. @throws for any other node */
export function quantizedOf(node: GraphNode): QuantizedValue {
  if (!isQuantized(node)) throw new Error(`Node ${node.id} (${node.op}) of the graph is no quantized constant.`);
  return node.attrs.quantized as QuantizedValue;
}
