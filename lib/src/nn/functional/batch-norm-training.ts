import { isNative, rawOp, tf } from '../../backend';

/** Result of {@link batchNormTraining}. */
export interface BatchStatistics {
  y: tf.Tensor;
  /** Mean of the batch, per channel. */
  mean: tf.Tensor;
  /** Variance of the batch with Bessel's correction, per channel: what running statistics take in. */
  variance: tf.Tensor;
}

/**
 * Batch normalisation with the statistics of the batch itself, differentiable in x, scale and offset. On TensorFlow
 * it is one kernel forward (FusedBatchNormV3) and one backward, where tfjs would compose a dozen.
 *
 * @param x [batch, ..., channels]
 */
export function batchNormTraining(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): BatchStatistics {
  const channels = x.shape[x.rank - 1];
  const rows = x.size / channels;
  if (rows < 2) throw new Error(`Batch normalisation in training mode needs more than one value per channel, got shape [${x.shape.join(', ')}].`);
  const pictures = x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, channels]);
  const result = isNative() ? fused(pictures, scale, offset, epsilon) : composed(pictures, scale, offset, epsilon);
  return x.rank === 4 ? result : { ...result, y: tf.reshape(result.y, x.shape) };
}

function fused(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): BatchStatistics {
  const attributes = { T: { type: 'float32' }, U: { type: 'float32' }, epsilon: { float: epsilon }, data_format: 'NHWC', is_training: true } as const;
  // Computed outside of customGrad, which would free the outputs beside its value.
  const empty = tf.zeros([0]);
  const [normalised, mean, variance, ...reserve] = rawOp('FusedBatchNormV3', attributes, [x, scale, offset, empty, empty], 6);
  const run = tf.customGrad((input, factor, _shift, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor, factor as tf.Tensor, ...reserve]);
    const gradFunc = (dy: tf.Tensor, [xs, scales, ...saved]: tf.Tensor[]): tf.Tensor[] =>
      rawOp('FusedBatchNormGradV3', attributes, [dy, xs, scales, ...saved], 5).slice(0, 3);
    return { value: normalised, gradFunc };
  });
  return { y: run(x, scale, offset), mean, variance };
}

function composed(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): BatchStatistics {
  const rows = x.size / x.shape[x.rank - 1];
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const y = tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, epsilon);
  return { y, mean, variance: tf.mul(variance, rows / (rows - 1)) };
}
