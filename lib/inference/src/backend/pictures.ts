import { isNative, nativeBackend, onCard } from './native';
import { rawOp, type RawAttributes } from './raw';
import { tf } from './tf';

type PictureShape = [number, number, number, number];

/**
 * The bytes of pictures as a float32 tensor of the same numbers. They go to the device as bytes, a quarter of the way's
 * traffic, and become floats there; what is given may be changed afterwards.
 */
export function floatsOf(bytes: Uint8Array, shape: PictureShape): tf.Tensor4D {
  if (!isNative()) return tf.tensor4d(Float32Array.from(bytes), shape);
  return castOnDevice(bytes, shape);
}

function castOnDevice(bytes: Uint8Array, shape: PictureShape): tf.Tensor4D {
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

/**
 * The value for each byte of pictures, as float32, the same to the bit wherever it is looked up.
 *
 * @param table [channels · 256], the value of each byte for the first channel, then for the next
 * @param where `device` sends the bytes there, a quarter of the floats' traffic, and needs TensorFlow; by default so where
 *   that is a card
 */
export function valuesOf(
  bytes: Uint8Array,
  shape: PictureShape,
  table: Float32Array,
  where: 'host' | 'device' = onCard() ? 'device' : 'host',
): tf.Tensor4D {
  const channels = shape[3];
  if (where === 'host') {
    const values = new Float32Array(bytes.length);
    for (let at = 0; at < bytes.length;)
      for (let c = 0; c < channels; c++, at++) values[at] = table[256 * c + bytes[at]];
    return tf.tensor4d(values, shape, 'float32');
  }
  return tf.tidy(() => {
    const starts = Float32Array.from({ length: channels }, (_, c) => 256 * c);
    // In float32, where such numbers are exact: TensorFlow adds int32 in the host's memory.
    const places = tf.cast(tf.add(castOnDevice(bytes, shape), starts), 'int32');
    // tf.gather would read the places back, to check each of them in JavaScript.
    const types: RawAttributes = {
      Tparams: { type: 'float32' },
      Tindices: { type: 'int32' },
      Taxis: { type: 'int32' },
    };
    const axis = tf.scalar(0, 'int32');
    return rawOp('GatherV2', { ...types, batch_dims: 0 }, [tf.tensor1d(table), places, axis])[0] as tf.Tensor4D;
  });
}
