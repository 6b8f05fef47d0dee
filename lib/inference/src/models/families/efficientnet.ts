import type { tf } from '../../backend';
import { AdaptiveAvgPool2d, Dropout, functional as F, init, Linear, Module, Sequential, SiLU } from '../../nn';
import { family } from '../family';
import { Conv2dNormActivation, roundChannels, type NormSettings } from './blocks';
import { buildStages, type Stage } from './efficientnet-blocks';
import { checkPicture } from './picture';

interface EfficientNetSettings {
  stages: readonly Stage[];
  /** Before the classifier. */
  dropout: number;
  /** Channels of the last convolution. Default: four times those of the last stage. */
  lastChannels?: number;
  norm: NormSettings;
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

const TABLE = {
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
} satisfies Record<string, { size: number; settings: EfficientNetSettings }>;

export const efficientnet = family({
  name: 'efficientnet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: ({ size }) => [size, size, 3],
  build: ({ settings }, numClasses) => new EfficientNet(settings, numClasses),
});
