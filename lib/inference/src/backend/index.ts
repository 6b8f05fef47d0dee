/**
 * The only room that imports tfjs: loads TensorFlow's addon (or a fallback), seeds random choices, reports versions,
 * runs raw TensorFlow operations. Importing it loads the addon at once, so that layers can be made without awaiting.
 */
import { registerNativeGradients } from './gradients';
import { loadNative, nativeBackend } from './native';

if (loadNative()) {
  registerNativeGradients();
  // NVIDIA's libraries read this by themselves, the kernels that XLA writes do not.
  if (process.env.NVIDIA_TF32_OVERRIDE === '0') nativeBackend().binding.setTensorFloat32?.(false);
}

export { tf } from './tf';
export { copyVariable, deferredVariable } from './deferred';
export {
  isNative,
  loadNative,
  nativeBackend,
  nativeFailure,
  onCard,
  type NativeBackend,
  type SavedModel,
} from './native';
export { returnMemory } from './memory';
export { floatsOf, valuesOf } from './pictures';
export { spread } from './spread';
export { floatTensor, withValues, type TensorValues } from './values';
export { recordOperations, type ComputedOperation, type DataId, type Recording } from './record';
export { int64Vector, rawOp, type RawAttributes } from './raw';
export { fillNormal, fillUniform, nextSeed, randomStream, seed, withSeed, type RandomStream } from './random';
export { ready, threadCount, type BackendInfo } from './ready';
export { allowTensorFloat32, precision, type Precision } from './precision';
export { defaultEngine, type EngineName } from './engine';
export { loadOnnxruntime, onnxruntime, onnxruntimeFailure, type OnnxBinding, type Onnxruntime } from './onnxruntime';
export { boundXlaPrograms, xlaPrograms } from './xla-cache';
