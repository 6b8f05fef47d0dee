import { isNative, nativeBackend } from './native';
import { tf } from './tf';

/**
 * The bytes of pictures as a float32 tensor of the same numbers. They go to the device as bytes, a quarter of the way's
 * traffic, and become floats there; what is given may be changed afterwards.
 */
export function floatsOf(bytes: Uint8Array, shape: [number, number, number, number]): tf.Tensor4D {
  if (!isNative()) return tf.tensor4d(Float32Array.from(bytes), shape);
  const backend = nativeBackend();
  const { binding } = backend;
  const id = binding.createTensor(shape, binding.TF_UINT8, bytes);
  try {
    const types = { SrcT: binding.TF_UINT8, DstT: binding.TF_FLOAT };
    const attributes = [
      ...Object.entries(types).map(([name, value]) => ({ name, type: binding.TF_ATTR_TYPE, value })),
      { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
    ];
    const [floats] = binding.executeOp('Cast', attributes, [id], 1);
    return backend.createOutputTensor(floats) as tf.Tensor4D;
  } finally {
    binding.deleteTensor(id);
  }
}
