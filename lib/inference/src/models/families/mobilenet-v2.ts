import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, Dropout, functional as F, init, Linear, Module, ReLU6, Sequential } from '../../nn';
import { family } from '../family';
import { Conv2dNormActivation, expandDepthwise } from './blocks';
import { checkPicture } from './picture';

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
      ...expandDepthwise({ inChannels, outChannels: hidden, stride, activation: ReLU6 }),
      new Conv2d({ inChannels: hidden, outChannels, kernelSize: 1, bias: false, weightInit: init.kaimingNormalFanOut }),
      new BatchNorm2d({ numFeatures: outChannels }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.conv.forward(x);
    return this.residual ? F.add(x, y) : y;
  }
}

interface MobileNetV2Settings {
  /** Expansion, channels, blocks and stride of the first block, a row a stage. */
  stages: ReadonlyArray<readonly [expand: number, outChannels: number, blocks: number, stride: number]>;
}

const FIRST = 32;
const LAST = 1280;

function buildBlocks(stages: MobileNetV2Settings['stages']): InvertedResidual[] {
  let inChannels = FIRST;
  return stages.flatMap(([expand, outChannels, blocks, stride]) =>
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

  constructor({ stages }: MobileNetV2Settings, numClasses: number) {
    super();
    const [, last] = stages[stages.length - 1];
    this.features = new Sequential([
      new Conv2dNormActivation({ inChannels: 3, outChannels: FIRST, stride: 2, activation: ReLU6 }),
      ...buildBlocks(stages),
      new Conv2dNormActivation({ inChannels: last, outChannels: LAST, kernelSize: 1, activation: ReLU6 }),
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

// Sandler et al. 2018, table 2.
const TABLE = {
  // prettier-ignore
  mobilenet_v2: { stages: [
    [1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1],
  ] },
} satisfies Record<string, MobileNetV2Settings>;

export const mobilenetV2 = family({
  name: 'mobilenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: MobileNetV2Settings, numClasses) => new MobileNetV2(settings, numClasses),
});
