import { nativeBackend, tf } from '../backend';
import { withTemporaryFolder } from '../files';
import { isFixed, isInput, opOf, type GraphNode } from '../nn/ops';
import { nameOfInput } from './inputs';
import type { Runner } from './runner';
import { emitGraph, TAG, writeSavedModel, type RealType } from './savedmodel';
import type { Graph } from './trace';

/** How far a network in half precision may be from itself in float32, and on what. */
export interface Agreement {
  /** A batch of the reader's own, one tensor for each input. */
  sample: readonly tf.Tensor[];
  /** Largest distance, of the norm of the float32 result. */
  maxError: number;
}

/** Distance of two tensors, of the norm of the second; NaN where either is not finite, 0 where they are equal. */
function distance(actual: tf.Tensor, wanted: tf.Tensor): number {
  const norm = (of: () => tf.Tensor): number => tf.tidy(() => tf.norm(of()).dataSync()[0]);
  const apart = norm(() => tf.sub(actual, wanted));
  return apart === 0 ? 0 : apart / norm(() => wanted); // a last layer that begins as zeros gives zeros in any precision
}

/** The results of some nodes in a session of their own, as float32, the caller's to free. */
async function resultsOf(
  graph: Graph,
  precision: RealType,
  inputs: readonly tf.Tensor[],
  wanted: readonly GraphNode[],
): Promise<tf.Tensor[]> {
  const backend = nativeBackend();
  const { nodes, names } = emitGraph(graph, { precision });
  // The addon reads float32 and int32 alone.
  const outputs = wanted.map((node, i) => {
    const attr = { SrcT: { type: TYPES[precision] }, DstT: { type: TYPES.float32 }, Truncate: { b: false } };
    nodes.push({ name: `seen_${i}`, op: 'Cast', input: [names.get(node) as string], attr });
    return `seen_${i}:0`;
  });
  return await withTemporaryFolder(async (folder) => {
    await writeSavedModel(graph, nodes, folder);
    const session = backend.loadSavedModelMetaGraph(folder, TAG);
    try {
      const feeds = graph.inputs.map((node) => ({ name: `${nameOfInput(node)}:0` }));
      return backend.runSavedModel(session, [...inputs], feeds, outputs);
    } finally {
      backend.deleteSavedModel(session);
    }
  });
}

const TYPES = { float32: 1, bfloat16: 14, float16: 19 } as const;

/** The layers after which the distance grew most, with the distance that it had then. */
async function worstLayers(graph: Graph, precision: RealType, sample: readonly tf.Tensor[]): Promise<string[]> {
  const layers = graph.nodes.filter(
    (node) => !isFixed(node) && !isInput(node) && opOf(node).traits?.kind === 'product',
  );
  const [half, single] = [
    await resultsOf(graph, precision, sample, layers),
    await resultsOf(graph, 'float32', sample, layers),
  ];
  const distances = layers.map((_, i) => distance(half[i], single[i]));
  tf.dispose([half, single]);
  const grown = distances.map((far, i) => (Number.isFinite(far) ? far - (i > 0 ? distances[i - 1] : 0) : Infinity));
  return layers
    .map((layer, i) => ({ text: `${layer.path || layer.op} (${distances[i].toExponential(1)})`, grown: grown[i] }))
    .sort((a, b) => (b.grown === a.grown ? 0 : b.grown - a.grown))
    .slice(0, 3)
    .map(({ text }) => text);
}

/**
 * Compares a network in half precision with itself in float32.
 *
 * @throws where they are further apart than `maxError`; names the layers where most of the distance arises
 */
export async function checkAgreement(
  graph: Graph,
  [half, single]: readonly [Runner, Runner],
  precision: RealType,
  { sample, maxError }: Agreement,
): Promise<number> {
  const [actual, wanted] = [half.run(sample), single.run(sample)];
  const far = distance(actual, wanted);
  tf.dispose([actual, wanted]);
  if (far <= maxError) return far;
  throw new Error(
    `In ${precision} the result is ${far.toExponential(2)} of its norm away from float32's on this sample, ` +
      `more than maxError ${maxError}. It grows most in: ${(await worstLayers(graph, precision, sample)).join(', ')}. ` +
      "Use 'float32' for this network, or allow more where that is good enough.",
  );
}
