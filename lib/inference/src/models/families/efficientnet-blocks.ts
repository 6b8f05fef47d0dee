import type { tf } from '../../backend';
import { functional as F, Module, Sequential, SiLU, StochasticDepth } from '../../nn';
import { Conv2dNormActivation, expandDepthwise, roundChannels, SqueezeExcitation, type NormSettings } from './blocks';

/** One stage: `layers` blocks, the first of which takes `inChannels` and has the stride. */
export interface Stage {
  block: 'mbconv' | 'fused';
  expand: number;
  kernelSize: number;
  stride: number;
  inChannels: number;
  outChannels: number;
  layers: number;
}

interface BlockSettings extends Stage {
  /** Rate at which training skips the block. */
  stochasticDepth: number;
  norm: NormSettings;
}

/** Residual block with inverted bottleneck: what the two block types share. */
abstract class ResidualBlock extends Module {
  readonly block: Sequential;
  readonly stochastic_depth: StochasticDepth;
  private readonly residual: boolean;

  /** @param layers makes the block's body, given the channels after the expansion */
  constructor(
    { stride, inChannels, outChannels, expand, stochasticDepth }: BlockSettings,
    layers: (expanded: number) => Module[],
  ) {
    super();
    this.residual = stride === 1 && inChannels === outChannels;
    this.block = new Sequential(layers(roundChannels(inChannels * expand)));
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.block.forward(x);
    return this.residual ? F.add(this.stochastic_depth.forward(y), x) : y;
  }
}

/** 1x1 expansion, depthwise convolution, squeeze-and-excitation, 1x1 projection (Tan and Le 2019). */
class MBConv extends ResidualBlock {
  constructor(settings: BlockSettings) {
    const { inChannels, outChannels, kernelSize, stride, norm } = settings;
    super(settings, (expanded) => [
      ...expandDepthwise({ inChannels, outChannels: expanded, kernelSize, stride, norm, activation: SiLU }),
      new SqueezeExcitation({
        inputChannels: expanded,
        squeezeChannels: Math.max(1, Math.floor(inChannels / 4)),
        activation: SiLU,
      }),
      new Conv2dNormActivation({ inChannels: expanded, outChannels, kernelSize: 1, norm }),
    ]);
  }
}

/** One full convolution in place of expansion and depthwise convolution (Tan and Le 2021). */
class FusedMBConv extends ResidualBlock {
  constructor(settings: BlockSettings) {
    const { inChannels, outChannels: last, norm } = settings;
    const full = (outChannels: number): Module => {
      const { kernelSize, stride } = settings;
      return new Conv2dNormActivation({ inChannels, outChannels, kernelSize, stride, norm, activation: SiLU });
    };
    super(settings, (expanded) =>
      expanded === inChannels
        ? [full(last)]
        : [full(expanded), new Conv2dNormActivation({ inChannels: expanded, outChannels: last, kernelSize: 1, norm })],
    );
  }
}

const STOCHASTIC_DEPTH = 0.2;

/** The stages, in which later blocks are dropped more often in training: linearly from 0 to {@link STOCHASTIC_DEPTH}. */
export function buildStages(stages: readonly Stage[], norm: NormSettings): Sequential[] {
  const total = stages.reduce((sum, stage) => sum + stage.layers, 0);
  let index = 0;
  return stages.map(
    (stage) =>
      new Sequential(
        Array.from({ length: stage.layers }, (_, i) => {
          const stochasticDepth = (STOCHASTIC_DEPTH * index++) / total;
          const place = i === 0 ? {} : { inChannels: stage.outChannels, stride: 1 };
          return new (stage.block === 'mbconv' ? MBConv : FusedMBConv)({ ...stage, ...place, stochasticDepth, norm });
        }),
      ),
  );
}
