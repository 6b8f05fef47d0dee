import * as path from 'node:path';
import { oneOf } from '../check';
import { tf } from './tf';
import { keepXlaPrograms } from './xla-cache';

/** An attribute of a raw TensorFlow operation; `type` is one of the `TF_ATTR_*` constants of the addon's binding. */
export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** A tensor that an operation gave, as the addon tells of it. */
interface TensorMetadata {
  id: number;
  dtype: number;
  shape: number[];
}

/** What the addon's backend knows of a tensor. */
interface NativeTensor {
  /** TensorFlow's number. */
  dtype: number;
  shape: number[];
  /** Values that were not handed over to TensorFlow yet. */
  values: Int32Array | Float32Array | null;
  /** The addon's number, for values that were. */
  id: number;
}

/** What this library uses of the addon behind `@tensorflow/tfjs-node-gpu`. */
export interface NativeBackend {
  binding: {
    TF_Version: string;
    TF_ATTR_STRING: number;
    TF_ATTR_INT: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_TYPE: number;
    TF_FLOAT: number;
    TF_INT32: number;
    TF_UINT8: number;
    /** Copies the values; gives the number of a tensor that only {@link deleteTensor} frees. */
    createTensor(shape: readonly number[], dtype: number, values: Uint8Array): number;
    deleteTensor(id: number): void;
    executeOp(name: string, attributes: readonly OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
    /**
     * What this library adds to the addon (setup/addon/functions.cc); absent where it did not compile. Names are those of
     * nodes, separated by commas.
     */
    addGraphFunction?(savedModel: number, name: string, inputs: string, outputs: string): void;
    removeGraphFunction?(name: string): void;
    /** Calls a function at once with the memory of tensors, to be read until it returns: the buffers are empty then. */
    lendTensors?<T>(ids: readonly number[], use: (buffers: ArrayBuffer[]) => T): T;
    /** Gives memory that was freed back to the system, where the C library keeps it for later. */
    trimMemory?(): void;
    /** Whether NVIDIA's tensor cores may round the factors of float32 products. */
    setTensorFloat32?(allowed: boolean): void;
  };
  isUsingGpuDevice: boolean;
  /** What is known of each tensor by its `dataId`. */
  tensorMap: { has(dataId: object): boolean; get(dataId: object): NativeTensor };
  /** Notes values for a tensor to come; 64-bit integers are pairs of 32-bit words, the lower one first. */
  write(values: Int32Array | Float32Array, shape: number[], dtype: 'int64' | 'float32'): object;
  readSync(dataId: object): unknown;
  /** Hands a result of `executeOp` to tfjs, as a tensor. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: readonly OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
  /** Loads a SavedModel into a session of its own; returns the session's number. */
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  /** Runs a loaded SavedModel; inputs and outputs are named `node:index`. */
  runSavedModel(
    session: number,
    inputs: tf.Tensor[],
    inputInfos: Array<{ name: string }>,
    outputNames: string[],
  ): tf.Tensor[];
  deleteSavedModel(session: number): void;
}

/** A TensorFlow SavedModel loaded into the addon's session. */
export interface SavedModel {
  predict(inputs: tf.Tensor): tf.Tensor;
  dispose(): void;
}

interface NativePackage {
  node: { loadSavedModel(folder: string, tags?: string[], signature?: string): Promise<SavedModel> };
}

const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;

/** @throws for names of no backend */
export function wantedBackend(): (typeof BACKENDS)[number] {
  const name = process.env.SCALABLE_INFERENCE_BACKEND || 'tensorflow';
  return oneOf('The variable SCALABLE_INFERENCE_BACKEND', name, BACKENDS);
}

let loaded: NativePackage | null = null;
let failure: Error | null = null;

/**
 * Loads the TensorFlow addon once. `SCALABLE_INFERENCE_BACKEND` set to `wasm` or `cpu` leaves it out.
 * Node 23 and later lack `util.isNullOrUndefined`, which tfjs-node 4.22 calls in every operation, so it is put back first.
 */
export function loadNative(): NativePackage | null {
  if (loaded || failure) return loaded;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.ONEDNN_JIT_PROFILE ??= '0'; // on ARM, TensorFlow's kernels leave a /tmp/perf-PID.map of each process else
  const wanted = wantedBackend();
  if (wanted !== 'tensorflow') {
    failure = new Error(`The native backend is switched off by SCALABLE_INFERENCE_BACKEND=${wanted}.`);
    return null;
  }
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    keepXlaPrograms(addonFile());
    loaded = require('@tensorflow/tfjs-node-gpu') as NativePackage;
  } catch (error) {
    failure = error as Error;
    announceFallback(failure);
  }
  return loaded;
}

/** @throws where the addon's package is not installed */
function addonFile(): string {
  return path.join(
    path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')),
    'lib/napi-v8/tfjs_binding.node',
  );
}

/** One line on the standard error stream, once a process: what computes is slower than it need be, and how to change that. */
function announceFallback({ message }: Error): void {
  const [first] = message.split('\n');
  const reason = /can not be found|Cannot find module/.test(first) ? 'it is not built here' : first;
  process.stderr.write(
    `scalable-inference computes without TensorFlow's native engine, several times slower: ${reason}. ` +
      'To build it: npx scalable-inference setup\n',
  );
}

/** Why the addon could not be loaded, or null. */
export function nativeFailure(): Error | null {
  return failure;
}

/** Whether TensorFlow computes (the addon is loaded and its backend is the current one). */
export function isNative(): boolean {
  return loaded !== null && tf.getBackend() === 'tensorflow';
}

/** Whether TensorFlow computes, and on an NVIDIA card. */
export const onCard = (): boolean => isNative() && nativeBackend().isUsingGpuDevice;

/** The addon's backend object; throws where another backend computes. */
export function nativeBackend(): NativeBackend {
  if (!isNative()) {
    throw new Error(
      `This needs the TensorFlow addon, but the backend is '${tf.getBackend()}'. Run 'npx scalable-inference doctor' to see why.`,
    );
  }
  return tf.backend() as unknown as NativeBackend;
}
