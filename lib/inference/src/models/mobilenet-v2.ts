import type { tf } from '../backend';
import { BatchNorm2d, Conv2d, Dropout, functional as F, init, Linear, Module, ReLU6, Sequential } from '../nn';
import { Conv2dNormActivation } from './blocks';
import { checkPicture } from './picture';
import { register } from './registry';

export type MobileNetV2Name = 'mobilenet_v2';

interface BlockSettings {
  inChannels: number;
  outChannels: number;
  stride: number;
  expand: number;
}

/** 1x1 expansion, 3x3 depthwise convolution, 1x1 linear projection. */
class InvertedResidual extends Module {
  readonly conv: Sequential;
  private readonly residual: boolean;

  constructor({ inChannels, outChannels, stride, expand }: BlockSettings) {
    super();
    const hidden = inChannels * expand;
    this.residual = stride === 1 && inChannels === outChannels;
    this.conv = new Sequential([
      ...(expand === 1
        ? []
        : [new Conv2dNormActivation({ inChannels, outChannels: hidden, kernelSize: 1, activation: ReLU6 })]),
      new Conv2dNormActivation({ inChannels: hidden, outChannels: hidden, stride, groups: hidden, activation: ReLU6 }),
      new Conv2d({ inChannels: hidden, outChannels, kernelSize: 1, bias: false, weightInit: init.kaimingNormalFanOut }),
      new BatchNorm2d({ numFeatures: outChannels }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.conv.forward(x);
    return this.residual ? F.add(x, y) : y;
  }
}

// Sandler et al. 2018, table 2: expansion, channels, blocks, stride of the first block.
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
const FIRST = 32;
const LAST = 1280;

function buildBlocks(): InvertedResidual[] {
  let inChannels = FIRST;
  return STAGES.flatMap(([expand, outChannels, blocks, stride]) =>
    Array.from({ length: blocks }, (_, i) => {
      const block = new InvertedResidual({ inChannels, outChannels, stride: i === 0 ? stride : 1, expand });
      inChannels = outChannels;
      return block;
    }),
  );
}

/** MobileNetV2 (Sandler et al. 2018). Input [batch, height, width, 3] of any size. */
export class MobileNetV2 extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  constructor(numClasses: number) {
    super();
    this.features = new Sequential([
      new Conv2dNormActivation({ inChannels: 3, outChannels: FIRST, stride: 2, activation: ReLU6 }),
      ...buildBlocks(),
      new Conv2dNormActivation({ inChannels: 320, outChannels: LAST, kernelSize: 1, activation: ReLU6 }),
    ]);
    this.classifier = new Sequential([
      new Dropout(0.2),
      new Linear({ inFeatures: LAST, outFeatures: numClasses, weightInit: init.normal(0.01), biasInit: init.zeros }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'MobileNetV2' });
    return this.classifier.forward(F.flatten(F.globalAvgPool(this.features.forward(x))));
  }
}

register([
  {
    name: 'mobilenet_v2',
    family: 'mobilenet',
    kind: 'convolutional',
    inputShape: [224, 224, 3],
    build: (numClasses) => new MobileNetV2(numClasses),
  },
]);
