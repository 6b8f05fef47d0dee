import { gather, isConstant, isOp, repeatBatch, type GraphNode } from '../../nn/ops';
import type { BatchFlow, Flowing } from './flow';
import type { Repeated } from './repeats';

/** Writes what a flow found into the nodes of a trace: they and the output that are returned fit every batch size. */
export function applyFlow(
  nodes: readonly GraphNode[],
  output: GraphNode,
  { known, broadcast }: BatchFlow,
): { nodes: GraphNode[]; output: GraphNode } {
  const [input] = nodes; // any input: all have the same batch
  const repeats = new Map<GraphNode, GraphNode>();
  nodes.forEach((node, i) => {
    const { place, attrs, repeated }: Flowing = known[i];
    if (attrs) node.attrs = attrs;
    if (repeated) repeats.set(node, repeatOf(node, repeated, input, place));
    else if (place) node.batch = place;
  });
  for (const node of nodes)
    node.inputs = node.inputs.map((each, i) => (broadcast.get(node)?.has(i) ? each : (repeats.get(each) ?? each)));
  const end = repeats.get(output) ?? output;
  const used = new Set([end, ...nodes.flatMap(({ inputs }) => inputs)]);
  const result = nodes.flatMap((node) => {
    const repeat = repeats.get(node);
    return repeat && used.has(repeat) ? [node, repeat] : [node];
  });
  result.forEach((node, id) => (node.id = id));
  return { nodes: result, output: end };
}

/** Makes a node hold what one picture gets; returns the node that repeats it. */
function repeatOf(node: GraphNode, repeated: Repeated, input: GraphNode, batch: GraphNode['batch']): GraphNode {
  const { data, attrs } = repeated;
  const repeat: GraphNode = {
    ...node,
    op: repeatBatch.name,
    attrs,
    inputs: [node, input],
    ...(batch ? { batch } : {}),
  };
  delete repeat.constant;
  if (isConstant(node)) {
    node.constant = { data: (node.dtype === 'int32' ? Int32Array : Float32Array).from(data), shape: repeated.shape };
    node.shape = repeated.shape;
  } else if (isOp(node, gather)) {
    node.attrs = { indices: data };
    node.shape = [data.length, ...node.shape.slice(1)];
  }
  return repeat;
}
