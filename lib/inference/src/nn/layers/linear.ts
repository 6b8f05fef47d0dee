import type { tf } from '../../backend';
import { linear } from '../functional';
import { fresh, torchDefault, type Initializer } from '../init';
import { Module } from '../module';
import { positive } from './positive';

/** Options of {@link Linear}. */
export interface LinearOptions {
  inFeatures: number;
  outFeatures: number;
  /** Default true. */
  bias?: boolean;
  weightInit?: Initializer;
  biasInit?: Initializer;
}

/** Dense layer on the last dimension: [..., inFeatures] to [..., outFeatures]; weight [inFeatures, outFeatures]. */
export class Linear extends Module {
  /** [inFeatures, outFeatures] */
  declare readonly weight: tf.Tensor2D;
  /** [outFeatures]; missing where the options say so. */
  declare readonly bias: tf.Tensor1D;
  readonly inFeatures: number;
  readonly outFeatures: number;

  constructor({
    inFeatures,
    outFeatures,
    bias = true,
    weightInit = torchDefault,
    biasInit = torchDefault,
  }: LinearOptions) {
    super();
    positive('Linear', { inFeatures, outFeatures });
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const fans = { in: inFeatures, out: outFeatures };
    this.registerParameter('weight', fresh([inFeatures, outFeatures], weightInit, fans), 'linear');
    if (bias) this.registerParameter('bias', fresh([outFeatures], biasInit, fans));
  }

  /** [..., inFeatures] to [..., outFeatures]. @throws for other shapes */
  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.value('weight'), this.has('bias') ? this.value('bias') : null);
  }
}
