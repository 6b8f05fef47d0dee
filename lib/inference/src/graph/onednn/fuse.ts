import { findOp, isFixed, isOp, type GraphNode, type OpDefinition, type OpNode } from '../../nn/ops';
import { constantNode, countUses, rewrite } from '../rewrite';
import type { Graph } from '../trace';
import { FUSIONS, SUMMATION, type Epilogue, type Fusion } from './fused';

const BIAS = 'BiasAdd';

const sameShape = (a: GraphNode, b: GraphNode): boolean =>
  a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]) && a.batch?.axis === b.batch?.axis;

const fusionOf = (node: GraphNode): Fusion | undefined => FUSIONS.find(({ fused }) => isOp(node, fused));

const isFused = (node: GraphNode): node is OpNode<Epilogue> => fusionOf(node) !== undefined;

function withActivation(producer: GraphNode, activation: GraphNode): GraphNode | undefined {
  if (!isFused(producer)) return undefined;
  const { activations, afterSum } = fusionOf(producer) as Fusion;
  const done = producer.attrs.epilogue;
  const names =
    done.length === 1 ? activations : done.length === 2 && done[1] === SUMMATION.name ? afterSum : undefined;
  const name = names?.get(findOp(activation.op) as OpDefinition);
  return name ? { ...producer, attrs: { ...producer.attrs, epilogue: [...done, name] } } : undefined;
}

/** The bare product with its bias inside, zeros where it has none. */
function withBias(node: GraphNode, { fused }: Fusion): GraphNode | undefined {
  if (!node.inputs.slice(1).every(isFixed)) return undefined;
  const [x, weight, bias] = node.inputs;
  const channels = weight.shape.at(-1) as number;
  const inputs = [x, weight, bias ?? constantNode(weight, new Float32Array(channels), [channels])];
  return { ...node, op: fused.name, inputs, attrs: { ...node.attrs, epilogue: [BIAS] } };
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
    const fusion = FUSIONS.find(({ product }) => isOp(node, product));
    if (fusion) return withBias({ ...node, inputs }, fusion);
    if (isOp(node, SUMMATION.op)) return fuseSum(node, inputs, free);
    return inputs.length === 1 && free(node.inputs[0]) ? withActivation(inputs[0], node) : undefined;
  }).graph;
}

/** The later of the two summands takes in the other, if it is a product that nothing else reads. */
function fuseSum(node: GraphNode, inputs: GraphNode[], free: (node: GraphNode) => boolean): GraphNode | undefined {
  const takes = (i: number): boolean => {
    const summand = inputs[i];
    return (
      free(node.inputs[i]) && isFused(summand) && summand.attrs.epilogue.length === 1 && sameShape(inputs[0], inputs[1])
    );
  };
  const candidates = [0, 1].filter(takes).sort((a, b) => node.inputs[b].id - node.inputs[a].id);
  if (candidates.length === 0 || node.inputs[0] === node.inputs[1] || inputs.some(isFixed)) return undefined;
  const producer = inputs[candidates[0]];
  const other = inputs[1 - candidates[0]];
  return {
    ...producer,
    inputs: [...producer.inputs, other],
    attrs: { ...producer.attrs, epilogue: [BIAS, SUMMATION.name] },
  };
}
