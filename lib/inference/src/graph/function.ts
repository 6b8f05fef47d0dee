import { nativeBackend, type NativeBackend, type tf } from '../backend';
import { withTemporaryFolder } from '../files';
import { giveNameBack, takeName } from './function-name';
import { nameOfInput } from './inputs';
import { emitGraph, OUTPUT_NAME, TAG, writeSavedModel, type EmitSettings, type NodeDef } from './savedmodel';
import type { Runner } from './runner';
import type { Graph } from './trace';
import { tellingOfXla, type XlaListener } from './xla';

/** A function keeps what it computes on the device; whether the addon has what makes one. */
export const hasFunctions = (): boolean => nativeBackend().binding.addGraphFunction !== undefined;

let made = 0;

/**
 * A ConfigProto whose one entry, graph_options.rewrite_options.layout_optimizer, is OFF: TensorFlow turns functions to NCHW
 * on a card otherwise, which costs two passes over memory at each end and more inside.
 */
const WITHOUT_LAYOUT_OPTIMIZER = String.fromCharCode(0x52, 0x04, 0x52, 0x02, 0x08, 0x02);

function attributesFor({ binding }: NativeBackend, xla: boolean) {
  return [
    xla
      ? { name: '_XlaMustCompile', type: binding.TF_ATTR_BOOL, value: true }
      : { name: 'config_proto', type: binding.TF_ATTR_STRING, value: WITHOUT_LAYOUT_OPTIMIZER },
  ];
}

/** A function of TensorFlow's eager context. */
export interface OpenedFunction {
  run(inputs: readonly tf.Tensor[]): tf.Tensor[];
  dispose(): void;
}

/** How a function is computed. */
export interface XlaSettings {
  /** Compiled by XLA for each batch size, at its first run. Default false. */
  xla?: boolean;
  /** Told of each compilation; by default two lines on the standard error stream. */
  onXla?: XlaListener;
}

/** Settings of {@link openFunction}. */
export interface FunctionSettings extends EmitSettings, XlaSettings {}

/** What {@link addFunction} makes a function of. */
export interface FunctionBody extends XlaSettings {
  nodes: readonly NodeDef[];
  /** Writes the nodes as a SavedModel into a folder. */
  write(folder: string): Promise<void>;
  /** Names of nodes, in the order in which the function takes and gives them. */
  inputs: readonly string[];
  outputs: readonly string[];
}

/** @throws where the addon was built without this library's addition */
export async function addFunction(body: FunctionBody): Promise<OpenedFunction> {
  const { nodes, outputs, xla = false, onXla } = body;
  const backend = nativeBackend();
  const name = xla ? takeName(nodes) : `scalable_inference_${process.pid}_${made++}`;
  try {
    await register(backend, name, body);
  } catch (error) {
    if (xla) giveNameBack(name);
    throw error;
  }
  const attributes = attributesFor(backend, xla);
  const run: OpenedFunction['run'] = (tensors) =>
    backend.executeMultipleOutputs(name, attributes, [...tensors], outputs.length);
  return {
    run: xla ? tellingOfXla(run, onXla) : run,
    dispose() {
      backend.binding.removeGraphFunction?.(name);
      if (xla) giveNameBack(name);
    },
  };
}

async function register(backend: NativeBackend, name: string, { write, inputs, outputs }: FunctionBody): Promise<void> {
  const { binding } = backend;
  if (!binding.addGraphFunction || !binding.removeGraphFunction)
    throw new Error(
      "This needs the addon with this library's addition, which did not compile here: 'npx scalable-inference setup' builds it.",
    );
  await withTemporaryFolder(async (folder) => {
    await write(folder);
    const loaded = backend.loadSavedModelMetaGraph(folder, TAG);
    try {
      binding.addGraphFunction?.(loaded, name, inputs.join(), outputs.join());
    } finally {
      backend.deleteSavedModel(loaded);
    }
  });
}

/**
 * Makes a graph an operation of TensorFlow's eager context, weights inside. Where a session takes inputs and results
 * through the host's memory, this leaves them on the card.
 *
 * @throws where the addon was built without this library's addition
 */
export async function openFunction(graph: Graph, { xla, onXla, ...settings }: FunctionSettings = {}): Promise<Runner> {
  const { nodes } = emitGraph(graph, settings);
  const { run, dispose } = await addFunction({
    nodes,
    write: (folder) => writeSavedModel(graph, nodes, folder),
    inputs: graph.inputs.map(nameOfInput),
    outputs: [OUTPUT_NAME],
    xla,
    onXla,
  });
  return { run: (inputs) => run(inputs)[0], dispose };
}
