import { tf } from '../tf';
import type { Call } from './composition';

/** Sums of the rows with equal numbers, [segments, ...]: the gradient of a gather. A product with a matrix of ones. */
export function segmentSum({ inputs: { x, segmentIds }, attributes }: Call): tf.Tensor {
  const { numSegments } = attributes as { numSegments: number };
  const rows = tf.reshape(x, [x.shape[0], -1]);
  const belongs = tf.cast(tf.oneHot(tf.cast(segmentIds, 'int32'), numSegments), 'float32');
  return tf.reshape(tf.matMul(belongs, rows, true), [numSegments, ...x.shape.slice(1)]);
}
