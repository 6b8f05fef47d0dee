import { nativeBackend, type OpAttribute } from './native';
import { tf } from './tf';

/** Attribute values by name: booleans, strings, integers or integer lists; wrap floats in `{ float: v }`, types in `{ type: dtype }`. */
export type RawAttributes = Record<
  string,
  boolean | string | number | readonly number[] | { float: number } | { type: 'float32' | 'int32' }
>;

/**
 * Runs one TensorFlow operation by its registered name (for example `Conv2D`), outside tfjs's own kernels and gradients.
 * Lists of strings and of types cannot be passed: the addon's binding refuses them.
 *
 * @param outputs how many outputs the operation has; with 1 (the default) the array has one element
 */
export function rawOp(name: string, attributes: RawAttributes, inputs: tf.Tensor[], outputs = 1): tf.Tensor[] {
  const backend = nativeBackend();
  const { binding } = backend;
  const list = Object.entries(attributes).map(([key, value]): OpAttribute => {
    if (typeof value === 'boolean') return { name: key, type: binding.TF_ATTR_BOOL, value };
    if (typeof value === 'string') return { name: key, type: binding.TF_ATTR_STRING, value };
    if (typeof value === 'object' && 'float' in value)
      return { name: key, type: binding.TF_ATTR_FLOAT, value: value.float };
    if (typeof value === 'object' && 'type' in value) {
      return {
        name: key,
        type: binding.TF_ATTR_TYPE,
        value: { float32: binding.TF_FLOAT, int32: binding.TF_INT32 }[value.type],
      };
    }
    return { name: key, type: binding.TF_ATTR_INT, value };
  });
  if (outputs === 1) return [backend.executeSingleOutput(name, list, inputs)];
  return backend.executeMultipleOutputs(name, list, inputs, outputs);
}

/**
 * A vector of 64-bit integers, which tfjs has no dtype for: only for the inputs of {@link rawOp}, its values cannot be
 * read back. The integers are handed over when an operation first needs them; making them by a `Cast` would have tfjs
 * print a warning about a result that nobody reads.
 */
export function int64Vector(values: readonly number[]): tf.Tensor {
  const words = new Int32Array(BigInt64Array.from(values, BigInt).buffer);
  const dataId = nativeBackend().write(words, [values.length], 'int64');
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [values.length], dtype: 'int32' });
}
