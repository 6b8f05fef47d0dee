import type { InferenceSession, OnnxValue } from 'onnxruntime-node';

type Package = typeof import('onnxruntime-node');

/** A session of onnxruntime that computes at once, where the package's public one gives promises. */
export interface OnnxBinding {
  loadModel(model: ArrayBuffer, offset: number, bytes: number, options: InferenceSession.SessionOptions): void;
  run(
    feeds: Record<string, OnnxValue>,
    fetches: Record<string, OnnxValue | null>,
    options?: InferenceSession.RunOptions,
  ): Record<string, OnnxValue>;
  dispose(): void;
}

/** What this library uses of `onnxruntime-node`: its public classes, and sessions that compute without awaiting. */
export interface Onnxruntime extends Pick<Package, 'InferenceSession' | 'Tensor'> {
  version: string;
  /** A session without a model. */
  createSession(): OnnxBinding;
}

interface BindingModule {
  binding: { InferenceSession: new () => OnnxBinding };
  initOrt(): void;
}

let loaded: Onnxruntime | null = null;
let failure: string | null = null;

/**
 * onnxruntime, loaded when it is first asked for, or null where it has no binary for this machine. Since 1.29 its official
 * builds report models and machines to their maker, keep a database in the home folder and leave a log in the temporary
 * one (microsoft/onnxruntime#27379), unless a variable is set before the first session. A value that the user chose stays.
 */
export function loadOnnxruntime(): Onnxruntime | null {
  if (loaded || failure) return loaded;
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    const { InferenceSession, Tensor } = require('onnxruntime-node') as Package;
    const { binding, initOrt } = require('onnxruntime-node/dist/binding') as BindingModule;
    initOrt();
    const { version } = require('onnxruntime-node/package.json') as { version: string };
    loaded = { InferenceSession, Tensor, version, createSession: () => new binding.InferenceSession() };
  } catch (error) {
    [failure] = (error as Error).message.split('\n');
  }
  return loaded;
}

/** The same. @throws where there is none */
export function onnxruntime(): Onnxruntime {
  const runtime = loadOnnxruntime();
  if (runtime) return runtime;
  throw new Error(`onnxruntime cannot be loaded on this machine: ${failure}.`);
}

/** Why onnxruntime could not be loaded, or null. */
export const onnxruntimeFailure = (): string | null => failure;
