import { nativeBackend, type NativeBackend, type tf } from '../backend';
import { withTemporaryFolder } from '../files';
import { giveNameBack, takeName } from './function-name';
import { nameOfInput } from './inputs';
import { emitGraph, OUTPUT_NAME, TAG, writeSavedModel, type EmitSettings } from './savedmodel';
import type { Runner } from './runner';
import type { Graph } from './trace';
import { tellingOfXla, type XlaListener } from './xla';

/** Settings of {@link openFunction}. */
export interface FunctionSettings extends EmitSettings {
  /** Compiled by XLA for each batch size, at its first run. Default false. */
  xla?: boolean;
  /** Told of each compilation. */
  onXla?: XlaListener;
}

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

/** What {@link addFunction} makes a function of. */
export interface FunctionBody {
  /** Writes the nodes as a SavedModel into a folder. */
  write(folder: string): Promise<void>;
  /** Names of nodes, in the order in which the function takes and gives them. */
  inputs: readonly string[];
  outputs: readonly string[];
  xla?: boolean;
  /** Of the function; by default one that no other has. */
  name?: string;
}

/** @throws where the addon was built without this library's addition */
export async function addFunction({
  write,
  inputs,
  outputs,
  xla = false,
  name = `scalable_inference_${process.pid}_${made++}`,
}: FunctionBody): Promise<OpenedFunction> {
  const backend = nativeBackend();
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
  const attributes = attributesFor(backend, xla);
  return {
    run: (tensors) => backend.executeMultipleOutputs(name, attributes, [...tensors], outputs.length),
    dispose: () => binding.removeGraphFunction?.(name),
  };
}

/**
 * Makes a graph an operation of TensorFlow's eager context, weights inside. Where a session takes inputs and results
 * through the host's memory, this leaves them on the card.
 *
 * @throws where the addon was built without this library's addition
 */
export async function openFunction(
  graph: Graph,
  { xla = false, onXla, ...settings }: FunctionSettings = {},
): Promise<Runner> {
  const { nodes } = emitGraph(graph, settings);
  const name = xla ? takeName(nodes) : undefined;
  const { run, dispose } = await addFunction({
    write: (folder) => writeSavedModel(graph, nodes, folder),
    inputs: graph.inputs.map(nameOfInput),
    outputs: [OUTPUT_NAME],
    xla,
    name,
  });
  const first: Runner['run'] = (inputs) => run(inputs)[0];
  if (name === undefined) return { run: first, dispose };
  return {
    run: tellingOfXla(first, onXla),
    dispose() {
      dispose();
      giveNameBack(name);
    },
  };
}
