import { isNative } from './native';
import { loadOnnxruntime } from './onnxruntime';

/**
 * What can compute a compiled network: a session of TensorFlow, one of onnxruntime, or the backend of tfjs operation by
 * operation, by a plan made beforehand.
 */
export type EngineName = 'tensorflow' | 'onnxruntime' | 'plan';

/** The engine that is used where none is asked for. */
export function defaultEngine(): EngineName {
  if (isNative()) return 'tensorflow';
  return loadOnnxruntime() ? 'onnxruntime' : 'plan';
}
