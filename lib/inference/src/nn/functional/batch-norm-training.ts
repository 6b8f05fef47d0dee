import { isNative, rawOp, tf } from '../../backend';
import { shapeText } from '../../shape';

/** Result of {@link batchNormTraining}. */
export interface BatchStatistics {
  y: tf.Tensor;
  /** Mean of the batch, per channel; with running statistics, those after this batch. */
  mean: tf.Tensor;
  /** Variance of the batch with Bessel's correction, per channel; with running statistics, those after this batch. */
  variance: tf.Tensor;
}

/** Statistics over all batches so far, per channel, and the share that a new batch gets in them. */
export interface RunningStatistics {
  mean: tf.Tensor;
  variance: tf.Tensor;
  momentum: number;
}

/**
 * Batch normalisation with the statistics of the batch itself, differentiable in x, scale and offset. On TensorFlow
 * it is one kernel forward (FusedBatchNormV3), which takes the batch into the running statistics too, and one backward,
 * where tfjs would compose a dozen.
 *
 * @param x [batch, ..., channels]
 * @param running statistics to take the batch's into; the tensors given stay as they are. Default: none
 */
export function batchNormTraining(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
  running?: RunningStatistics,
): BatchStatistics {
  const channels = x.shape[x.rank - 1];
  const rows = x.size / channels;
  if (rows < 2)
    throw new Error(
      `Batch normalisation in training mode needs more than one value per channel, got shape ${shapeText(x.shape)}.`,
    );
  const pictures = x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, channels]);
  const result = (isNative() ? fused : composed)(pictures, scale, offset, epsilon, running);
  return x.rank === 4 ? result : { ...result, y: tf.reshape(result.y, x.shape) };
}

type Normalise = typeof batchNormTraining;

const fused: Normalise = (x, scale, offset, epsilon, running) => {
  const attributes = {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: 'NHWC',
    is_training: true,
  } as const;
  const average = { ...attributes, exponential_avg_factor: { float: running?.momentum ?? 1 } };
  const before = running ? [running.mean, running.variance] : [tf.zeros([0]), tf.zeros([0])];
  // Computed outside of customGrad, which would free the outputs beside its value.
  const [normalised, mean, variance, ...reserve] = rawOp('FusedBatchNormV3', average, [x, scale, offset, ...before], 6);
  const run = tf.customGrad((input, factor, _shift, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor, factor as tf.Tensor, ...reserve]);
    const gradFunc = (dy: tf.Tensor, [xs, scales, ...saved]: tf.Tensor[]): tf.Tensor[] =>
      rawOp('FusedBatchNormGradV3', attributes, [dy, xs, scales, ...saved], 5).slice(0, 3);
    return { value: normalised, gradFunc };
  });
  return { y: run(x, scale, offset), mean, variance };
};

/**
 * The gradients in closed form (Ioffe and Szegedy 2015), where tfjs would take those of mean, variance and normalisation
 * one by one, with copies as large as the input.
 */
const composed: Normalise = (x, scale, offset, epsilon, running) => {
  const rows = x.size / x.shape[x.rank - 1];
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const run = tf.customGrad((...given) => {
    const [input, factor, shift, save] = given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([input, factor, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => gradients(dy, saved, epsilon);
    return { value: tf.batchNorm(input, mean, variance, shift, factor, epsilon), gradFunc };
  });
  const y = run(x, scale, offset);
  const corrected = tf.mul(variance, rows / (rows - 1));
  if (!running) return { y, mean, variance: corrected };
  const { momentum } = running;
  const after = (old: tf.Tensor, batch: tf.Tensor): tf.Tensor =>
    tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum));
  return { y, mean: after(running.mean, mean), variance: after(running.variance, corrected) };
};

/** Of x, scale and offset: dx = scale / σ · (dy - mean(dy) - x̂ · mean(dy · x̂)), x̂ the normalised x. */
function gradients(dy: tf.Tensor, [x, scale, mean, variance]: tf.Tensor[], epsilon: number): tf.Tensor[] {
  const rows = x.size / x.shape[x.rank - 1];
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const ofOffset = tf.sum(dy, [0, 1, 2]);
  const ofScale = tf.mul(tf.sum(tf.mul(dy, tf.sub(x, mean)), [0, 1, 2]), inverse);
  const factor = tf.mul(scale, inverse);
  const share = tf.div(factor, -rows);
  const rest = tf.batchNorm(x, mean, variance, tf.mul(ofOffset, share), tf.mul(ofScale, share), epsilon);
  return [tf.add(tf.mul(dy, factor), rest), ofScale, ofOffset];
}
