/**
 * The only room that imports tfjs: loads TensorFlow's addon (or a fallback), seeds random choices, reports versions,
 * runs raw TensorFlow operations. Importing it loads the addon at once, so that layers can be made without awaiting.
 */
import { loadNative } from './native';

loadNative();

export { tf } from './tf';
export { isNative, loadNative, nativeBackend, type NativeBackend, type SavedModel } from './native';
export { rawOp, type RawAttributes } from './raw';
export { nextSeed, randomStream, seed, withSeed, type RandomStream } from './random';
export { ready, type BackendInfo } from './ready';
