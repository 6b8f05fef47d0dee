import * as os from 'node:os';
import { isNative, loadNative, nativeBackend, nativeFailure } from './native';
import { tf } from './tf';

/** What computes: see {@link ready}. */
export interface BackendInfo {
  name: 'tensorflow' | 'wasm' | 'cpu';
  device: 'cpu' | 'gpu';
  /** Threads that one operation may use. */
  threads: number;
  /** Versions of node, tfjs and, where the addon computes, tensorflow. */
  versions: Record<string, string>;
  /** Why the native backend is not used, if it is not. */
  reason?: string;
}

async function useFallback(): Promise<void> {
  if (process.env.SCALABLE_INFERENCE_BACKEND !== 'cpu') {
    try {
      const wasm = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(n: number): void };
      wasm.setThreadsCount(threadCount());
      if (await tf.setBackend('wasm')) return;
    } catch {
      // The WebAssembly binary is missing too; plain JavaScript always works.
    }
  }
  await tf.setBackend('cpu');
}

function threadCount(): number {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : os.availableParallelism();
}

/**
 * Waits until a backend computes and says which: TensorFlow's addon, else WebAssembly, else plain JavaScript.
 * Asks the backend itself for the device, since a missing CUDA library makes TensorFlow fall back to the CPU silently.
 */
export async function ready(): Promise<BackendInfo> {
  if (!loadNative() && !['wasm', 'cpu'].includes(tf.getBackend())) await useFallback();
  await tf.ready();
  const versions: Record<string, string> = { node: process.versions.node, tfjs: tf.version.tfjs };
  if (!isNative()) {
    const reason = nativeFailure()?.message.split('\n')[0];
    return {
      name: tf.getBackend() === 'wasm' ? 'wasm' : 'cpu',
      device: 'cpu',
      threads: threadCount(),
      versions,
      ...(reason ? { reason } : {}),
    };
  }
  const native = nativeBackend();
  versions.tensorflow = native.binding.TF_Version;
  return { name: 'tensorflow', device: native.isUsingGpuDevice ? 'gpu' : 'cpu', threads: threadCount(), versions };
}
