import type { GraphNode, QuantizedValue } from '../nn/ops';

/** Whether a graph's constant carries its integers. */
export function isQuantized(node: GraphNode): boolean {
  return node.constant?.quantized !== undefined;
}

/** These integers. @throws for any other node */
export function quantizedOf(node: GraphNode): QuantizedValue {
  if (!node.constant?.quantized) throw new Error(`Node ${node.id} (${node.op}) of the graph is no quantized constant.`);
  return node.constant.quantized;
}
