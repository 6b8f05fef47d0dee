import { sizeOf } from '../shape';
import { tf } from './tf';

/**
 * The values of a tensor `distance` apart along one axis, with zeros between them: what a dilated kernel is without
 * dilation, and what the gradient of a strided window is to one without stride.
 */
export function spread(t: tf.Tensor, axis: number, distance: number): tf.Tensor {
  const size = t.shape[axis];
  if (distance === 1 || size === 1) return t;
  const [outer, inner] = [sizeOf(t.shape.slice(0, axis)), sizeOf(t.shape.slice(axis + 1))];
  const apart = tf.pad(tf.reshape(t, [outer * size, 1, inner]), [
    [0, 0],
    [0, distance - 1],
    [0, 0],
  ]);
  const length = (size - 1) * distance + 1;
  const trimmed = tf.slice(tf.reshape(apart, [outer, size * distance, inner]), [0, 0, 0], [outer, length, inner]);
  return tf.reshape(
    trimmed,
    t.shape.map((n, i) => (i === axis ? length : n)),
  );
}
