import { isNative, nativeBackend } from './native';
import type { tf } from './tf';

/** Values of a float32 tensor, or of an int32 one. */
export type TensorValues = Float32Array | Int32Array;

/** The addon's number of a tensor whose memory can be lent; undefined for one that has to be read, or is as well read. */
function lendable(x: tf.Tensor): number | undefined {
  if (!isNative() || x.isDisposed) return undefined; // reading says that it is disposed
  const { binding, tensorMap } = nativeBackend();
  if (!binding.lendTensors || !tensorMap.has(x.dataId)) return undefined;
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
  const lend = lent.length ? nativeBackend().binding.lendTensors : undefined;
  if (!lend) return use(tensors.map(read));
  return lend(lent, (buffers) => {
    const next = buffers.values();
    const seen = (x: tf.Tensor): TensorValues => {
      const buffer = next.next().value as ArrayBuffer;
      return x.dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer);
    };
    return use(tensors.map((x, i) => (ids[i] === undefined ? read(x) : seen(x))));
  });
}
