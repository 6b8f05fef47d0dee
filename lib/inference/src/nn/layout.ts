import { tf } from '../backend';

/**
 * How a stored tensor differs from PyTorch's: convolution kernels, dense weights and factors per channel ('channels':
 * [1, 1, channels] here, [channels, 1, 1] there) are transposed, the rest is the same.
 */
export type Layout = 'same' | 'conv' | 'linear' | 'channels';

const TO_TORCH = { conv: [3, 2, 0, 1], linear: [1, 0], channels: [2, 0, 1] } as const;
const FROM_TORCH = { conv: [2, 3, 1, 0], linear: [1, 0], channels: [1, 2, 0] } as const;

/** The shape that PyTorch gives the tensor. */
export function torchShape(shape: readonly number[], layout: Layout): number[] {
  return layout === 'same' ? [...shape] : TO_TORCH[layout].map((i) => shape[i]);
}

/** A copy of the values in PyTorch's order. */
export function toTorch(tensor: tf.Tensor, layout: Layout): Float32Array | Int32Array {
  if (layout === 'same') return tensor.dataSync().slice() as Float32Array | Int32Array;
  const ordered = tf.transpose(tensor, [...TO_TORCH[layout]]);
  try {
    // Not as a result of tidy: that would search each of its numbers for tensors, which takes seconds.
    return ordered.dataSync().slice() as Float32Array | Int32Array;
  } finally {
    ordered.dispose();
  }
}

/** A new tensor in this library's order from values in PyTorch's. */
export function fromTorch(data: Float32Array | Int32Array, shape: readonly number[], layout: Layout): tf.Tensor {
  const dtype = data instanceof Int32Array ? 'int32' : 'float32';
  if (layout === 'same') return tf.tensor(data, [...shape], dtype);
  return tf.tidy(() => tf.transpose(tf.tensor(data, [...shape], dtype), [...FROM_TORCH[layout]]));
}
