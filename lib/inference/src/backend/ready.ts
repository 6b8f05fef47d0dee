import * as os from 'node:os';
import { completePlainJavaScript, completeWasm } from './composed';
import { defaultEngine, type EngineName } from './engine';
import { isNative, loadNative, nativeBackend, nativeFailure, wantedBackend } from './native';
import { onnxruntime } from './onnxruntime';
import { precision, type Precision } from './precision';
import { tf } from './tf';

/** What computes: see {@link ready}. */
export interface BackendInfo {
  name: 'tensorflow' | 'wasm' | 'cpu';
  device: 'cpu' | 'gpu';
  /** Threads that one operation of TensorFlow or onnxruntime may use; tfjs's fallbacks compute with one. */
  threads: number;
  /** What computes compiled networks (`graph.compile`) first; on a processor `auto` compares it with the next. */
  engine: EngineName;
  /** How products of float32 tensors are computed here, as {@link precision} measured it. */
  precision: Precision;
  /** Versions of node, tfjs and, where they compute, tensorflow and onnxruntime. */
  versions: Record<string, string>;
  /** Why the native backend is not used, if it is not. */
  reason?: string;
}

/** Whether a fallback was chosen: tensors made before let tfjs take plain JavaScript on its own. */
let isChosen = false;

async function useFallback(): Promise<void> {
  isChosen = true;
  if (wantedBackend() !== 'cpu') {
    try {
      const wasm = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(n: number): void };
      wasm.setThreadsCount(threadCount());
      completeWasm();
      if (await keepingListeners(() => tf.setBackend('wasm'))) return;
    } catch {
      // The WebAssembly binary is missing too; plain JavaScript always works.
    }
  }
  completePlainJavaScript();
  await tf.setBackend('cpu');
}

const LAST_RESORTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Takes away what WebAssembly's loader (Emscripten) adds to the process: listeners that throw every late exception once
 * more, which ends a notebook's kernel where tslab would have shown it below the cell.
 */
async function keepingListeners<T>(load: () => Promise<T>): Promise<T> {
  const before = LAST_RESORTS.map((event) => process.rawListeners(event));
  try {
    return await load();
  } finally {
    LAST_RESORTS.forEach((event, i) => {
      const added = process.rawListeners(event).filter((listener) => !before[i].includes(listener));
      for (const listener of added) process.removeListener(event, listener as () => void);
    });
  }
}

/** Threads that one operation may use: `TF_NUM_INTRAOP_THREADS`, else all cores. */
export function threadCount(): number {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : os.availableParallelism();
}

/**
 * Waits until a backend computes and says which: TensorFlow's addon, else WebAssembly, else plain JavaScript.
 * Asks the backend itself for the device, since a missing CUDA library makes TensorFlow fall back to the CPU silently.
 */
export async function ready(): Promise<BackendInfo> {
  if (!loadNative() && !isChosen) await useFallback();
  await tf.ready();
  const versions: Record<string, string> = { node: process.versions.node, tfjs: tf.version.tfjs };
  const engine = defaultEngine();
  if (!isNative()) {
    if (engine === 'onnxruntime') versions.onnxruntime = onnxruntime().version;
    const reason = nativeFailure()?.message.split('\n')[0];
    return {
      name: tf.getBackend() === 'wasm' ? 'wasm' : 'cpu',
      device: 'cpu',
      threads: threadCount(),
      engine,
      precision: precision(),
      versions,
      ...(reason ? { reason } : {}),
    };
  }
  const native = nativeBackend();
  versions.tensorflow = native.binding.TF_Version;
  const device = native.isUsingGpuDevice ? 'gpu' : 'cpu';
  return { name: 'tensorflow', device, threads: threadCount(), engine, precision: precision(), versions };
}
