import { tf } from '../../backend';
import { batchNorm, batchNormTraining, layerNorm } from '../functional';
import { Module } from '../module';
import { positive } from './positive';

/** Options of {@link BatchNorm2d}. */
export interface BatchNormOptions {
  numFeatures: number;
  /** Default 1e-5. */
  epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
}

/** Batch normalisation over all but the last dimension (Ioffe and Szegedy 2015), with running statistics as PyTorch keeps them. */
export class BatchNorm2d extends Module {
  /** [numFeatures], the scale. */
  declare readonly weight: tf.Tensor1D;
  /** [numFeatures], the offset. */
  declare readonly bias: tf.Tensor1D;
  readonly numFeatures: number;
  readonly epsilon: number;
  readonly momentum: number;

  constructor({ numFeatures, epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions) {
    super();
    positive('BatchNorm2d', { numFeatures });
    this.numFeatures = numFeatures;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.registerParameter('weight', tf.ones([numFeatures]));
    this.registerParameter('bias', tf.zeros([numFeatures]));
    this.registerBuffer('running_mean', tf.zeros([numFeatures]));
    this.registerBuffer('running_var', tf.ones([numFeatures]));
    this.registerBuffer('num_batches_tracked', tf.scalar(0, 'int32'), { integer: true });
  }

  /** Version of its entries in files of PyTorch: since 2 `num_batches_tracked` is among them. */
  get stateVersion(): number {
    return 2;
  }

  /**
   * [batch, height, width, numFeatures] to the same shape; by the batch's own moments while training, else by the
   * running ones.
   */
  forward(x: tf.Tensor): tf.Tensor {
    const [scale, offset] = [this.value('weight'), this.value('bias')];
    const [runningMean, runningVariance] = [this.value('running_mean'), this.value('running_var')];
    if (!this.training) return batchNorm(x, runningMean, runningVariance, scale, offset, this.epsilon);
    const running = { mean: runningMean, variance: runningVariance, momentum: this.momentum };
    const { y, mean, variance } = batchNormTraining(x, scale, offset, this.epsilon, running);
    this.bufferSlot('running_mean')?.tensor.assign(mean);
    this.bufferSlot('running_var')?.tensor.assign(variance);
    const counter = this.bufferSlot('num_batches_tracked')?.tensor;
    counter?.assign(tf.add(counter, tf.scalar(1, 'int32')));
    return y;
  }
}

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Size of the last dimension. */
  features: number;
  /** Default 1e-5. */
  epsilon?: number;
}

/** Layer normalisation over the last dimension (Ba et al. 2016). */
export class LayerNorm extends Module {
  /** [features], the scale. */
  declare readonly weight: tf.Tensor1D;
  /** [features], the offset. */
  declare readonly bias: tf.Tensor1D;
  readonly features: number;
  readonly epsilon: number;

  constructor({ features, epsilon = 1e-5 }: LayerNormOptions) {
    super();
    positive('LayerNorm', { features });
    this.features = features;
    this.epsilon = epsilon;
    this.registerParameter('weight', tf.ones([features]));
    this.registerParameter('bias', tf.zeros([features]));
  }

  /** [..., features] to the same shape. */
  forward(x: tf.Tensor): tf.Tensor {
    return layerNorm(x, this.value('weight'), this.value('bias'), this.epsilon);
  }
}
