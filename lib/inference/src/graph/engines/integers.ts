import { isQuantized } from '../quantized';
import type { Graph } from '../trace';
import type { EngineChoice, Opened } from './open';
import { engineNamed } from './registry';

/**
 * Opens a quantized graph in the one engine with kernels of 8-bit integers.
 *
 * @throws for another engine, for graphs without integers, and where onnxruntime does not compute
 */
export async function openIntegers(graph: Graph, asked: EngineChoice): Promise<Opened> {
  if (!['auto', 'fixed', 'onnxruntime'].includes(asked))
    throw new Error(
      `graph.compile computes with integers in onnxruntime alone, got the engine '${asked}': leave 'engine' out.`,
    );
  if (!graph.nodes.some(isQuantized))
    throw new Error(
      'graph.compile cannot compute with integers, for the network has none: give it the graph of a network that ' +
        'quantize.convert made, or leave integers out.',
    );
  return { engine: 'onnxruntime', runner: await engineNamed('onnxruntime').open(graph, { integers: true }) };
}
