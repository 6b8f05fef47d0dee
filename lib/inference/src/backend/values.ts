import { isNative, nativeBackend, type NativeBackend } from './native';
import { isRecording } from './record';
import { tf } from './tf';

/** Values of a float32 tensor, or of an int32 one. */
export type TensorValues = Float32Array | Int32Array;

// Both functions run between passes of networks that leave the processor's caches to nothing else: asking tfjs which
// backend computes takes 20 µs there, its `tf.tensor` 80. So what they need is looked up once.
const engine = tf.engine();
let known: NativeBackend | undefined;
const native = (): NativeBackend | undefined => (known ??= isNative() ? nativeBackend() : undefined);

/** The addon's number of a tensor whose memory can be lent; undefined for one that has to be read, or is as well read. */
function lendable(x: tf.Tensor): number | undefined {
  const backend = native();
  if (!backend?.binding.lendTensors || !backend.tensorMap.has(x.dataId)) return undefined;
  if (x.isDisposed || isRecording()) return undefined; // reading says so, and is noted
  const { binding, tensorMap } = backend;
  const { dtype, values, id } = tensorMap.get(x.dataId);
  const wanted = x.dtype === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT; // tfjs calls TensorFlow's bytes int32 too
  return values === null && dtype === wanted ? id : undefined;
}

/**
 * Calls a function with the values of float32 and int32 tensors and gives what it returns. Values that TensorFlow holds
 * are seen where they lie, by way of this library's addition to the addon; without it they are copied, which for a
 * picture takes a tenth of MobileNetV3's time. The arrays are for reading, and only until the function returns.
 */
export function withValues<T>(tensors: readonly tf.Tensor[], use: (values: TensorValues[]) => T): T {
  const ids = tensors.map(lendable);
  const lent = ids.filter((id) => id !== undefined);
  const read = (x: tf.Tensor): TensorValues => x.dataSync() as TensorValues;
  const lend = lent.length ? known?.binding.lendTensors : undefined;
  if (!lend) return use(tensors.map(read));
  return lend(lent, (buffers) => {
    let next = 0;
    const seen = (x: tf.Tensor): TensorValues =>
      x.dtype === 'int32' ? new Int32Array(buffers[next++]) : new Float32Array(buffers[next++]);
    return use(tensors.map((x, i) => (ids[i] === undefined ? read(x) : seen(x))));
  });
}

/** A float32 tensor of values that are its own from here on: they are copied when an operation first reads them. */
export function floatTensor(values: Float32Array, shape: number[]): tf.Tensor {
  const backend = native();
  if (!backend) return tf.tensor(values, shape, 'float32');
  const dataId = backend.write(values, shape, 'float32');
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' }, backend as unknown as tf.KernelBackend);
}
