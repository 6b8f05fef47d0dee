import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Dropout,
  functional as F,
  Hardsigmoid,
  Hardswish,
  init,
  Linear,
  Module,
  ReLU,
  Sequential,
} from '../../nn';
import { family } from '../family';
import { Conv2dNormActivation, expandDepthwise, roundChannels, SqueezeExcitation } from './blocks';
import { checkPicture } from './picture';

interface BlockSettings {
  inChannels: number;
  kernelSize: number;
  expanded: number;
  outChannels: number;
  squeeze: boolean;
  activation: 'relu' | 'hardswish';
  stride: number;
}

interface MobileNetV3Settings {
  blocks: readonly BlockSettings[];
  /** Features of the dense layer before the last. */
  lastFeatures: number;
}

const norm = { epsilon: 1e-3, momentum: 0.01 };

/** 1x1 expansion, depthwise convolution, perhaps squeeze-and-excitation, 1x1 linear projection. */
class InvertedResidual extends Module {
  readonly block: Sequential;
  private readonly residual: boolean;

  constructor({ inChannels, kernelSize, expanded, outChannels, squeeze, activation, stride }: BlockSettings) {
    super();
    const Act = activation === 'relu' ? ReLU : Hardswish;
    this.residual = stride === 1 && inChannels === outChannels;
    this.block = new Sequential([
      ...expandDepthwise({ inChannels, outChannels: expanded, kernelSize, stride, norm, activation: Act }),
      ...(squeeze
        ? [
            new SqueezeExcitation({
              inputChannels: expanded,
              squeezeChannels: roundChannels(Math.floor(expanded / 4)),
              scaleActivation: Hardsigmoid,
            }),
          ]
        : []),
      new Conv2dNormActivation({ inChannels: expanded, outChannels, kernelSize: 1, norm }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.block.forward(x);
    return this.residual ? F.add(y, x) : y;
  }
}

/** MobileNetV3 (Howard et al. 2019). Input [batch, height, width, 3] of any size. */
export class MobileNetV3 extends Module {
  readonly features: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly classifier: Sequential;

  constructor({ blocks, lastFeatures }: MobileNetV3Settings, numClasses: number) {
    super();
    const last = blocks[blocks.length - 1].outChannels;
    const dense = (inFeatures: number, outFeatures: number): Linear =>
      new Linear({ inFeatures, outFeatures, weightInit: init.normal(0.01), biasInit: init.zeros });
    this.features = new Sequential([
      new Conv2dNormActivation({
        inChannels: 3,
        outChannels: blocks[0].inChannels,
        stride: 2,
        norm,
        activation: Hardswish,
      }),
      ...blocks.map((settings) => new InvertedResidual(settings)),
      new Conv2dNormActivation({ inChannels: last, outChannels: 6 * last, kernelSize: 1, norm, activation: Hardswish }),
    ]);
    this.classifier = new Sequential([
      dense(6 * last, lastFeatures),
      new Hardswish(),
      new Dropout(0.2),
      dense(lastFeatures, numClasses),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'MobileNetV3' });
    return this.classifier.forward(F.flatten(this.avgpool.forward(this.features.forward(x))));
  }
}

type Row = readonly [number, number, number, number, boolean, BlockSettings['activation'], number];
const rows = (table: readonly Row[]): BlockSettings[] =>
  table.map(([inChannels, kernelSize, expanded, outChannels, squeeze, activation, stride]) => ({
    inChannels,
    kernelSize,
    expanded,
    outChannels,
    squeeze,
    activation,
    stride,
  }));

// Howard et al. 2019, tables 1 and 2: channels in, kernel, expanded channels, channels out, squeeze-and-excitation, activation, stride.
const TABLE = {
  // prettier-ignore
  mobilenet_v3_large: { lastFeatures: 1280, blocks: rows([
    [16, 3, 16, 16, false, 'relu', 1], [16, 3, 64, 24, false, 'relu', 2], [24, 3, 72, 24, false, 'relu', 1],
    [24, 5, 72, 40, true, 'relu', 2], [40, 5, 120, 40, true, 'relu', 1], [40, 5, 120, 40, true, 'relu', 1],
    [40, 3, 240, 80, false, 'hardswish', 2], [80, 3, 200, 80, false, 'hardswish', 1], [80, 3, 184, 80, false, 'hardswish', 1],
    [80, 3, 184, 80, false, 'hardswish', 1], [80, 3, 480, 112, true, 'hardswish', 1], [112, 3, 672, 112, true, 'hardswish', 1],
    [112, 5, 672, 160, true, 'hardswish', 2], [160, 5, 960, 160, true, 'hardswish', 1], [160, 5, 960, 160, true, 'hardswish', 1],
  ]) },
  // prettier-ignore
  mobilenet_v3_small: { lastFeatures: 1024, blocks: rows([
    [16, 3, 16, 16, true, 'relu', 2], [16, 3, 72, 24, false, 'relu', 2], [24, 3, 88, 24, false, 'relu', 1],
    [24, 5, 96, 40, true, 'hardswish', 2], [40, 5, 240, 40, true, 'hardswish', 1], [40, 5, 240, 40, true, 'hardswish', 1],
    [40, 5, 120, 48, true, 'hardswish', 1], [48, 5, 144, 48, true, 'hardswish', 1], [48, 5, 288, 96, true, 'hardswish', 2],
    [96, 5, 576, 96, true, 'hardswish', 1], [96, 5, 576, 96, true, 'hardswish', 1],
  ]) },
} satisfies Record<string, MobileNetV3Settings>;

export const mobilenetV3 = family({
  name: 'mobilenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings, numClasses) => new MobileNetV3(settings, numClasses),
});
