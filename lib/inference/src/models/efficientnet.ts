import type { tf } from '../backend';
import {
  AdaptiveAvgPool2d,
  Dropout,
  functional as F,
  init,
  Linear,
  Module,
  Sequential,
  SiLU,
  StochasticDepth,
} from '../nn';
import { Conv2dNormActivation, roundChannels, SqueezeExcitation, type NormSettings } from './blocks';
import { checkPicture } from './picture';
import { register } from './registry';

export type EfficientNetName =
  | 'efficientnet_b0'
  | 'efficientnet_b1'
  | 'efficientnet_b2'
  | 'efficientnet_b3'
  | 'efficientnet_b4'
  | 'efficientnet_b5'
  | 'efficientnet_b6'
  | 'efficientnet_b7'
  | 'efficientnet_v2_s'
  | 'efficientnet_v2_m'
  | 'efficientnet_v2_l';

/** One stage: `layers` blocks, the first of which takes `inChannels` and has the stride. */
interface Stage {
  block: 'mbconv' | 'fused';
  expand: number;
  kernelSize: number;
  stride: number;
  inChannels: number;
  outChannels: number;
  layers: number;
}

interface EfficientNetSettings {
  stages: readonly Stage[];
  /** Before the classifier. */
  dropout: number;
  /** Channels of the last convolution. Default: four times those of the last stage. */
  lastChannels?: number;
  norm: NormSettings;
}

interface BlockSettings extends Stage {
  stochasticDepth: number;
  norm: NormSettings;
}

/** Residual block with inverted bottleneck: what the two block types share. */
abstract class ResidualBlock extends Module {
  abstract readonly block: Sequential;
  abstract readonly stochastic_depth: StochasticDepth;
  private readonly residual: boolean;

  constructor({ stride, inChannels, outChannels }: BlockSettings) {
    super();
    this.residual = stride === 1 && inChannels === outChannels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.block.forward(x);
    return this.residual ? F.add(this.stochastic_depth.forward(y), x) : y;
  }
}

/** 1x1 expansion, depthwise convolution, squeeze-and-excitation, 1x1 projection (Tan and Le 2019). */
class MBConv extends ResidualBlock {
  readonly block: Sequential;
  readonly stochastic_depth: StochasticDepth;

  constructor(settings: BlockSettings) {
    super(settings);
    const { inChannels, outChannels, expand, kernelSize, stride, norm, stochasticDepth } = settings;
    const expanded = roundChannels(inChannels * expand);
    this.block = new Sequential([
      ...(expanded === inChannels
        ? []
        : [new Conv2dNormActivation({ inChannels, outChannels: expanded, kernelSize: 1, norm, activation: SiLU })]),
      new Conv2dNormActivation({
        inChannels: expanded,
        outChannels: expanded,
        kernelSize,
        stride,
        groups: expanded,
        norm,
        activation: SiLU,
      }),
      new SqueezeExcitation({
        inputChannels: expanded,
        squeezeChannels: Math.max(1, Math.floor(inChannels / 4)),
        activation: SiLU,
      }),
      new Conv2dNormActivation({ inChannels: expanded, outChannels, kernelSize: 1, norm }),
    ]);
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
  }
}

/** One full convolution in place of expansion and depthwise convolution (Tan and Le 2021). */
class FusedMBConv extends ResidualBlock {
  readonly block: Sequential;
  readonly stochastic_depth: StochasticDepth;

  constructor(settings: BlockSettings) {
    super(settings);
    const { inChannels, outChannels, expand, kernelSize, stride, norm, stochasticDepth } = settings;
    const expanded = roundChannels(inChannels * expand);
    this.block = new Sequential(
      expanded === inChannels
        ? [new Conv2dNormActivation({ inChannels, outChannels, kernelSize, stride, norm, activation: SiLU })]
        : [
            new Conv2dNormActivation({ inChannels, outChannels: expanded, kernelSize, stride, norm, activation: SiLU }),
            new Conv2dNormActivation({ inChannels: expanded, outChannels, kernelSize: 1, norm }),
          ],
    );
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
  }
}

const STOCHASTIC_DEPTH = 0.2;

/** The stages, in which later blocks are dropped more often in training: linearly from 0 to {@link STOCHASTIC_DEPTH}. */
function buildStages(stages: readonly Stage[], norm: NormSettings): Sequential[] {
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

/** EfficientNet (Tan and Le 2019) and EfficientNetV2 (Tan and Le 2021). Input [batch, height, width, 3] of any size. */
export class EfficientNet extends Module {
  readonly features: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly classifier: Sequential;

  constructor({ stages, dropout, norm, lastChannels }: EfficientNetSettings, numClasses: number) {
    super();
    const last = stages[stages.length - 1].outChannels;
    const width = lastChannels ?? 4 * last;
    this.features = new Sequential([
      new Conv2dNormActivation({ inChannels: 3, outChannels: stages[0].inChannels, stride: 2, norm, activation: SiLU }),
      ...buildStages(stages, norm),
      new Conv2dNormActivation({ inChannels: last, outChannels: width, kernelSize: 1, norm, activation: SiLU }),
    ]);
    this.classifier = new Sequential([
      new Dropout(dropout),
      new Linear({
        inFeatures: width,
        outFeatures: numClasses,
        weightInit: init.uniform(1 / Math.sqrt(numClasses)),
        biasInit: init.zeros,
      }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'EfficientNet' });
    return this.classifier.forward(F.flatten(this.avgpool.forward(this.features.forward(x))));
  }
}

type Row = readonly [
  expand: number,
  kernelSize: number,
  stride: number,
  inChannels: number,
  outChannels: number,
  layers: number,
];
const stage = (block: Stage['block'], [expand, kernelSize, stride, inChannels, outChannels, layers]: Row): Stage => ({
  block,
  expand,
  kernelSize,
  stride,
  inChannels,
  outChannels,
  layers,
});
const fused = (...row: Row): Stage => stage('fused', row);
const mbconv = (...row: Row): Stage => stage('mbconv', row);

// Tan and Le 2019, table 1: expansion, kernel, stride, channels in and out, blocks.
// prettier-ignore
const B0 = [
  mbconv(1, 3, 1, 32, 16, 1), mbconv(6, 3, 2, 16, 24, 2), mbconv(6, 5, 2, 24, 40, 2), mbconv(6, 3, 2, 40, 80, 3),
  mbconv(6, 5, 1, 80, 112, 3), mbconv(6, 5, 2, 112, 192, 4), mbconv(6, 3, 1, 192, 320, 1),
];

/** B1 to B7 are B0 scaled in width and depth; the published weights of B5 to B7 have TensorFlow's normalisation settings. */
function scaled(width: number, depth: number, dropout: number, norm: NormSettings = {}): EfficientNetSettings {
  const stages = B0.map((row) => ({
    ...row,
    inChannels: roundChannels(row.inChannels * width),
    outChannels: roundChannels(row.outChannels * width),
    layers: Math.ceil(row.layers * depth),
  }));
  return { stages, dropout, norm };
}

const TENSORFLOW_NORM: NormSettings = { epsilon: 1e-3, momentum: 0.01 };
const V2 = { norm: { epsilon: 1e-3 }, lastChannels: 1280 };

const TABLE: Readonly<Record<EfficientNetName, { size: number; settings: EfficientNetSettings }>> = {
  efficientnet_b0: { size: 224, settings: scaled(1, 1, 0.2) },
  efficientnet_b1: { size: 240, settings: scaled(1, 1.1, 0.2) },
  efficientnet_b2: { size: 288, settings: scaled(1.1, 1.2, 0.3) },
  efficientnet_b3: { size: 300, settings: scaled(1.2, 1.4, 0.3) },
  efficientnet_b4: { size: 380, settings: scaled(1.4, 1.8, 0.4) },
  efficientnet_b5: { size: 456, settings: scaled(1.6, 2.2, 0.4, TENSORFLOW_NORM) },
  efficientnet_b6: { size: 528, settings: scaled(1.8, 2.6, 0.5, TENSORFLOW_NORM) },
  efficientnet_b7: { size: 600, settings: scaled(2, 3.1, 0.5, TENSORFLOW_NORM) },
  // Tan and Le 2021, table 4 and the published code's larger variants.
  // prettier-ignore
  efficientnet_v2_s: { size: 384, settings: { ...V2, dropout: 0.2, stages: [
    fused(1, 3, 1, 24, 24, 2), fused(4, 3, 2, 24, 48, 4), fused(4, 3, 2, 48, 64, 4),
    mbconv(4, 3, 2, 64, 128, 6), mbconv(6, 3, 1, 128, 160, 9), mbconv(6, 3, 2, 160, 256, 15),
  ] } },
  // prettier-ignore
  efficientnet_v2_m: { size: 480, settings: { ...V2, dropout: 0.3, stages: [
    fused(1, 3, 1, 24, 24, 3), fused(4, 3, 2, 24, 48, 5), fused(4, 3, 2, 48, 80, 5),
    mbconv(4, 3, 2, 80, 160, 7), mbconv(6, 3, 1, 160, 176, 14), mbconv(6, 3, 2, 176, 304, 18), mbconv(6, 3, 1, 304, 512, 5),
  ] } },
  // prettier-ignore
  efficientnet_v2_l: { size: 480, settings: { ...V2, dropout: 0.4, stages: [
    fused(1, 3, 1, 32, 32, 4), fused(4, 3, 2, 32, 64, 7), fused(4, 3, 2, 64, 96, 7),
    mbconv(4, 3, 2, 96, 192, 10), mbconv(6, 3, 1, 192, 224, 19), mbconv(6, 3, 2, 224, 384, 25), mbconv(6, 3, 1, 384, 640, 7),
  ] } },
};

register(
  Object.entries(TABLE).map(([name, { size, settings }]) => ({
    name,
    family: 'efficientnet',
    kind: 'convolutional',
    inputShape: [size, size, 3],
    build: (numClasses) => new EfficientNet(settings, numClasses),
  })),
);
