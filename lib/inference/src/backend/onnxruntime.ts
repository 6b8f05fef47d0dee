import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';

/** A session of onnxruntime that computes at once, where the package's public one gives promises. */
export interface OnnxBinding {
  loadModel(model: ArrayBuffer, offset: number, bytes: number, options: InferenceSession.SessionOptions): void;
  run(
    feeds: Record<string, OnnxValue>,
    fetches: Record<string, OnnxValue | null>,
    options: InferenceSession.RunOptions,
  ): Record<string, OnnxValue>;
  dispose(): void;
}

/** What this library uses of `onnxruntime-node` to compute without awaiting. */
export interface Onnxruntime {
  version: string;
  Tensor: typeof Tensor;
  /** A session without a model. */
  createSession(): OnnxBinding;
}

interface BindingModule {
  binding: { InferenceSession: new () => OnnxBinding };
  initOrt(): void;
}

let loaded: Onnxruntime | null = null;
let failure: string | null = null;

/** onnxruntime, loaded when it is first asked for, or null where it has no binary for this machine. */
export function loadOnnxruntime(): Onnxruntime | null {
  if (loaded || failure) return loaded;
  try {
    const runtime = require('onnxruntime-node') as typeof import('onnxruntime-node');
    const { binding, initOrt } = require('onnxruntime-node/dist/binding') as BindingModule;
    initOrt();
    const { version } = require('onnxruntime-node/package.json') as { version: string };
    loaded = { version, Tensor: runtime.Tensor, createSession: () => new binding.InferenceSession() };
  } catch (error) {
    [failure] = (error as Error).message.split('\n');
  }
  return loaded;
}

/** Why onnxruntime could not be loaded, or null. */
export const onnxruntimeFailure = (): string | null => failure;
