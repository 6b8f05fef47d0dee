import type { GraphNode } from '../../nn/ops';
import { constantNode, countUses, isFixed, rewrite } from '../rewrite';
import type { Graph } from '../trace';

/** Names that the fused nodes have in the graph; only the lowerings of this folder know them. */
export const FUSED = { conv2d: 'fusedConv2d', linear: 'fusedLinear' } as const;

/** Attribute of a fused node: TensorFlow's names of what is done to the product while it is in the cache, in order. */
export interface Epilogue {
  epilogue: readonly string[];
}

/** TensorFlow's names of the activations that its oneDNN kernels compute inside. */
const ACTIVATIONS: Readonly<Record<keyof typeof FUSED, Readonly<Record<string, string>>>> = {
  conv2d: { relu: 'Relu', relu6: 'Relu6', silu: '_MklSwish', hardSwish: '_FusedHardSwish' },
  linear: { relu: 'Relu', gelu: 'GeluExact', sigmoid: 'Sigmoid', tanh: 'Tanh' },
};

/** Of a convolution plus another tensor, these can follow. */
const AFTER_SUM: Readonly<Record<string, string>> = { relu: 'Relu', relu6: 'Relu6' };

const sameShape = (a: GraphNode, b: GraphNode): boolean =>
  a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]);

function kindOf(node: GraphNode): keyof typeof FUSED | undefined {
  if (node.op === 'conv2d' || node.op === FUSED.conv2d) return 'conv2d';
  return node.op === 'linear' || node.op === FUSED.linear ? 'linear' : undefined;
}

const epilogueOf = (node: GraphNode): readonly string[] => (node.attrs as Partial<Epilogue>).epilogue ?? [];

function withActivation(producer: GraphNode, activation: string): GraphNode | undefined {
  const kind = kindOf(producer);
  if (!kind) return undefined;
  const done = epilogueOf(producer);
  const afterSum = kind === 'conv2d' && done.length === 2 && done[1] === 'Add';
  const name = done.length === 1 ? ACTIVATIONS[kind][activation] : afterSum ? AFTER_SUM[activation] : undefined;
  return name ? { ...producer, attrs: { ...producer.attrs, epilogue: [...done, name] } } : undefined;
}

/** The bare product with its bias inside, zeros where it has none. */
function withBias(node: GraphNode): GraphNode | undefined {
  const kind = kindOf(node);
  if (!kind || node.op !== kind || !node.inputs.slice(1).every(isFixed)) return undefined;
  const [x, weight, bias] = node.inputs;
  const channels = weight.shape.at(-1) as number;
  const inputs = [x, weight, bias ?? constantNode(weight, new Float32Array(channels), [channels])];
  return { ...node, op: FUSED[kind], inputs, attrs: { ...node.attrs, epilogue: ['BiasAdd'] } };
}

/**
 * Moves biases, activations and sums into the convolutions and dense layers that they follow, as far as TensorFlow's
 * oneDNN kernels for x86 processors take them in (verified against TensorFlow 2.21: `_MklNativeFusedConv2D`, `_MklNativeFusedMatMul`).
 * TensorFlow's own optimiser leaves most of these apart.
 */
export function fuseEpilogues(graph: Graph): Graph {
  const uses = countUses(graph);
  const free = (node: GraphNode): boolean => uses.get(node) === 1;
  return rewrite(graph, (node, inputs) => {
    if (kindOf(node)) return withBias({ ...node, inputs });
    if (node.op === 'add') return fuseSum(node, inputs, free);
    return inputs.length === 1 && free(node.inputs[0]) ? withActivation(inputs[0], node.op) : undefined;
  });
}

/** The later of the two summands takes in the other, if it is a product that nothing else reads. */
function fuseSum(node: GraphNode, inputs: GraphNode[], free: (node: GraphNode) => boolean): GraphNode | undefined {
  const takes = (i: number): boolean =>
    free(node.inputs[i]) &&
    kindOf(inputs[i]) !== undefined &&
    epilogueOf(inputs[i]).length === 1 &&
    sameShape(inputs[0], inputs[1]);
  const candidates = [0, 1].filter(takes).sort((a, b) => node.inputs[b].id - node.inputs[a].id);
  if (candidates.length === 0 || node.inputs[0] === node.inputs[1] || inputs.some(isFixed)) return undefined;
  const producer = inputs[candidates[0]];
  const other = inputs[1 - candidates[0]];
  return {
    ...producer,
    inputs: [...producer.inputs, other],
    attrs: { ...producer.attrs, epilogue: ['BiasAdd', 'Add'] },
  };
}
