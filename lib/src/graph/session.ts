import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { nativeBackend, type tf } from '../backend';
import { INPUT_NAME, OUTPUT_NAME, saveSavedModel, TAG } from './savedmodel';
import type { Graph } from './trace';

/** Something that computes a graph's output from its input. */
export interface Runner {
  run(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/**
 * Loads a graph into a TensorFlow session of its own, by way of a SavedModel in a temporary folder that is gone before
 * this returns. TensorFlow's optimiser fuses biases, activations and sums into convolutions and products on the first run.
 */
export async function openSession(graph: Graph): Promise<Runner> {
  const backend = nativeBackend();
  const folder = await mkdtemp(path.join(tmpdir(), 'scalable-inference-graph-'));
  try {
    await saveSavedModel(graph, folder);
    // Not tf.node.loadSavedModel: it would read the whole file a second time, in JavaScript, for a signature known here.
    const session = backend.loadSavedModelMetaGraph(folder, TAG);
    return {
      run: (x) => backend.runSavedModel(session, [x], [{ name: `${INPUT_NAME}:0` }], [`${OUTPUT_NAME}:0`])[0],
      dispose: () => backend.deleteSavedModel(session),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
