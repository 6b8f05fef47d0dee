import { type tf } from '../../backend';
import { checkPadding, conv2d, pair, type Padding, type Pair } from '../functional';
import { fresh, torchDefault, type Initializer } from '../init';
import { Module } from '../module';
import { positive } from './positive';

/** Options of {@link Conv2d}, named as PyTorch's. */
export interface Conv2dOptions {
  inChannels: number;
  outChannels: number;
  kernelSize: Pair;
  /** Default 1. */
  stride?: Pair;
  /** Zeros on both sides of each axis, or 'same' or 'valid'; see `nn.functional.conv2d`. Default 0. */
  padding?: Padding;
  /** Default 1. */
  dilation?: Pair;
  /** Default 1; equal to inChannels for a depthwise convolution. */
  groups?: number;
  /** Default true. */
  bias?: boolean;
  weightInit?: Initializer;
  biasInit?: Initializer;
}

/** 2-D convolution of pictures [batch, height, width, inChannels]; weight [kh, kw, inChannels / groups, outChannels]. */
export class Conv2d extends Module {
  /** [kernel height, kernel width, inChannels / groups, outChannels] */
  declare readonly weight: tf.Tensor4D;
  /** [outChannels]; missing where the options say so. */
  declare readonly bias: tf.Tensor1D;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  /** 'same', which depends on nothing but kernel and dilation, stays as it was given. */
  readonly padding: readonly [number, number] | 'same';
  readonly dilation: readonly [number, number];
  readonly groups: number;

  constructor(options: Conv2dOptions) {
    super();
    const {
      inChannels,
      outChannels,
      kernelSize,
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
    } = options;
    positive('Conv2d', { inChannels, outChannels, groups });
    if (inChannels % groups || outChannels % groups) {
      throw new Error(
        `Conv2d expects inChannels and outChannels to be multiples of groups, got ${inChannels} and ${outChannels} with ${groups} groups.`,
      );
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pair(kernelSize);
    this.stride = pair(stride);
    this.padding = padding === 'same' ? padding : padding === 'valid' ? [0, 0] : pair(padding);
    checkPadding(this);
    this.dilation = pair(dilation);
    this.groups = groups;
    const area = this.kernelSize[0] * this.kernelSize[1];
    const fans = { in: (area * inChannels) / groups, out: area * outChannels };
    this.registerParameter(
      'weight',
      fresh([...this.kernelSize, inChannels / groups, outChannels], options.weightInit ?? torchDefault, fans),
      'conv',
    );
    if (bias) this.registerParameter('bias', fresh([outChannels], options.biasInit ?? torchDefault, fans));
  }

  /**
   * [batch, height, width, inChannels] to [batch, height', width', outChannels].
   *
   * @throws for other shapes, and for pictures smaller than the kernel
   */
  forward(x: tf.Tensor): tf.Tensor {
    return conv2d(x, this.value('weight'), this.has('bias') ? this.value('bias') : null, this);
  }
}
