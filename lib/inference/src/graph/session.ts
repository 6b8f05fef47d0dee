import { nativeBackend, onCard, tf } from '../backend';
import { withTemporaryFolder } from '../files';
import { fuseEpilogues, ONEDNN_LOWERINGS, WIDE_INSIDE } from './onednn';
import { gatherHeads, tensorOf } from './rewrite';
import { hasFunctions, openFunction } from './function';
import { nameOfInput } from './inputs';
import { emitGraph, OUTPUT_NAME, TAG, writeSavedModel, type EmitSettings, type RealType } from './savedmodel';
import type { Runner } from './runner';
import type { Graph } from './trace';
import type { XlaListener } from './xla';

/** Loads a graph into a session, by way of a SavedModel in a temporary folder that is gone before this returns. */
async function load(graph: Graph, settings?: EmitSettings): Promise<Runner> {
  const backend = nativeBackend();
  const { nodes, feeds } = emitGraph(graph, settings);
  return await withTemporaryFolder(async (folder) => {
    await writeSavedModel(graph, nodes, folder);
    // Not tf.node.loadSavedModel: it would read the whole file a second time, in JavaScript, for a signature known here.
    const session = backend.loadSavedModelMetaGraph(folder, TAG);
    const weights = feeds.map(([, node]) => tensorOf(node));
    const names = [...graph.inputs.map(nameOfInput), ...feeds.map(([name]) => name)];
    return sessionRunner(session, names, weights);
  });
}

/** Apart from what loads: a closure there would keep the graph, whose constants are a second copy of the weights. */
function sessionRunner(session: number, inputs: readonly string[], weights: tf.Tensor[]): Runner {
  const backend = nativeBackend();
  const names = inputs.map((name) => ({ name: `${name}:0` }));
  return {
    run: (tensors) => backend.runSavedModel(session, [...tensors, ...weights], names, [`${OUTPUT_NAME}:0`])[0],
    dispose() {
      backend.deleteSavedModel(session);
      tf.dispose(weights);
    },
  };
}

/** Runs once on zeros: TensorFlow optimises the graph and lays out its weights at the first run. */
function warmUp(runner: Runner, graph: Graph): Runner {
  try {
    tf.tidy(() => {
      const zeros = graph.inputs.map(({ shape, dtype }) => tf.zeros([1, ...shape.slice(1)], dtype));
      return void runner.run(zeros).dataSync();
    });
    return runner;
  } catch (error) {
    runner.dispose();
    throw error;
  }
}

/**
 * Larger weights are fed as tensors at every run, which copies nothing, rather than stored in the graph: TensorFlow's
 * loader and optimiser would copy them a dozen times (4.8 GB at the peak for the 353 MB of ViT-B/32).
 */
const MAX_CONSTANT_ELEMENTS = 4096;

const hasOneDnn = (): boolean => process.arch === 'x64' && !onCard() && process.env.TF_ENABLE_ONEDNN_OPTS !== '0';

/** How TensorFlow is to compute a graph. */
export interface TensorFlowSettings {
  /** Default `float32`. */
  precision?: RealType;
  /** Default false. */
  xla?: boolean;
  /** Told of each compilation by XLA. */
  onXla?: XlaListener;
}

/**
 * Loads a graph into TensorFlow: on a card, and for XLA, as a function that keeps inputs and results on the device, else as
 * a session of its own. On x86 processors biases, activations, sums and normalisations are
 * written as TensorFlow's fused oneDNN kernels; a TensorFlow that does not know them gets the graph as it is.
 */
export async function openTensorFlow(
  graph: Graph,
  { precision = 'float32', xla = false, onXla }: TensorFlowSettings = {},
): Promise<Runner> {
  // XLA compiles for one batch size: running on zeros first would compile for one that nobody asked for.
  if (xla) return await openFunction(graph, { precision, xla, onXla });
  if (onCard() && hasFunctions()) return warmUp(await openFunction(graph, { precision }), graph);
  return await openSession(graph, precision);
}

async function openSession(graph: Graph, precision: RealType): Promise<Runner> {
  if (hasOneDnn()) {
    // Half the bytes are worth a copy in the graph: fed as float32 they would be converted at every run.
    const half = precision !== 'float32';
    const feedAbove = half ? Infinity : MAX_CONSTANT_ELEMENTS;
    const settings = { lowerings: ONEDNN_LOWERINGS, wideInside: WIDE_INSIDE, feedAbove, precision };
    try {
      // In float32 it saves nothing that can be measured, and would copy weights that are shared with the network.
      return warmUp(await load(fuseEpilogues(half ? gatherHeads(graph) : graph), settings), graph);
    } catch (error) {
      if (!isUnsupported(error as Error)) throw error;
    }
  }
  return warmUp(await load(graph, { precision }), graph);
}

/** Whether TensorFlow refused a node that it has no kernel, no attribute or no fusion for. */
function isUnsupported({ message }: Error): boolean {
  return /No OpKernel was registered|Op type not registered|not implemented|Unsupported|not in Op|no attr named/i.test(
    message,
  );
}
