import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  BatchNorm2d,
  Conv2d,
  functional as F,
  init,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

/** One network of the family: blocks per stage and the shape of a block. */
interface ResNetSettings {
  block: 'basic' | 'bottleneck';
  layers: readonly [number, number, number, number];
  /** Groups of the 3x3 convolution (Xie et al. 2017). Default 1. */
  groups?: number;
  /** Channels of the 3x3 convolution per 64 of the stage. Default 64. */
  widthPerGroup?: number;
}

interface BlockSettings {
  inChannels: number;
  planes: number;
  stride: number;
  groups: number;
  widthPerGroup: number;
}

const conv = (inChannels: number, outChannels: number, kernelSize: number, stride = 1, groups = 1): Conv2d =>
  new Conv2d({
    inChannels,
    outChannels,
    kernelSize,
    stride,
    padding: (kernelSize - 1) / 2,
    groups,
    bias: false,
    weightInit: init.kaimingNormalFanOut,
  });
const norm = (numFeatures: number): BatchNorm2d => new BatchNorm2d({ numFeatures });

function shortcut(inChannels: number, outChannels: number, stride: number): Sequential | null {
  if (stride === 1 && inChannels === outChannels) return null;
  return new Sequential([conv(inChannels, outChannels, 1, stride), norm(outChannels)]);
}

/** Two 3x3 convolutions and the shortcut. */
class BasicBlock extends Module {
  static readonly expansion = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly relu: ReLU;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: Sequential | null;

  constructor({ inChannels, planes, stride }: BlockSettings) {
    super();
    this.conv1 = conv(inChannels, planes, 3, stride);
    this.bn1 = norm(planes);
    this.relu = new ReLU();
    this.conv2 = conv(planes, planes, 3);
    this.bn2 = norm(planes);
    this.downsample = shortcut(inChannels, planes, stride);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    return this.relu.forward(F.add(this.bn2.forward(this.conv2.forward(y)), this.downsample?.forward(x) ?? x));
  }
}

/** 1x1, 3x3, 1x1 convolutions and the shortcut; the stride sits in the 3x3 one, as torchvision has it ("v1.5"). */
class Bottleneck extends Module {
  static readonly expansion = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly relu: ReLU;
  readonly downsample: Sequential | null;

  constructor({ inChannels, planes, stride, groups, widthPerGroup }: BlockSettings) {
    super();
    const width = Math.floor(planes * (widthPerGroup / 64)) * groups;
    const outChannels = planes * Bottleneck.expansion;
    this.conv1 = conv(inChannels, width, 1);
    this.bn1 = norm(width);
    this.conv2 = conv(width, width, 3, stride, groups);
    this.bn2 = norm(width);
    this.conv3 = conv(width, outChannels, 1);
    this.bn3 = norm(outChannels);
    this.relu = new ReLU();
    this.downsample = shortcut(inChannels, outChannels, stride);
  }

  forward(x: tf.Tensor): tf.Tensor {
    let y = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    y = this.relu.forward(this.bn2.forward(this.conv2.forward(y)));
    return this.relu.forward(F.add(this.bn3.forward(this.conv3.forward(y)), this.downsample?.forward(x) ?? x));
  }
}

/** Residual network (He et al. 2016) with torchvision's names. Input [batch, height, width, 3]. */
export class ResNet extends Module {
  readonly conv1 = conv(3, 64, 7, 2);
  readonly bn1 = norm(64);
  readonly relu = new ReLU();
  readonly maxpool = new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 });
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly fc: Linear;

  constructor(settings: ResNetSettings, numClasses: number) {
    super();
    const { block, layers, groups = 1, widthPerGroup = 64 } = settings;
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let inChannels = 64;
    const stage = (index: number): Sequential => {
      const planes = 64 * 2 ** index;
      return new Sequential(
        Array.from({ length: layers[index] }, (_, i) => {
          const made = new Block({ inChannels, planes, stride: i === 0 && index > 0 ? 2 : 1, groups, widthPerGroup });
          inChannels = planes * Block.expansion;
          return made;
        }),
      );
    };
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = stage(3);
    this.avgpool = new AdaptiveAvgPool2d();
    this.fc = new Linear({ inFeatures: inChannels, outFeatures: numClasses });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'ResNet' });
    let y = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(x))));
    for (const stage of [this.layer1, this.layer2, this.layer3, this.layer4]) y = stage.forward(y);
    return this.fc.forward(F.flatten(this.avgpool.forward(y)));
  }
}

// He et al. 2016, table 1; Xie et al. 2017; Zagoruyko and Komodakis 2016.
const TABLE = {
  resnet18: { block: 'basic', layers: [2, 2, 2, 2] },
  resnet34: { block: 'basic', layers: [3, 4, 6, 3] },
  resnet50: { block: 'bottleneck', layers: [3, 4, 6, 3] },
  resnet101: { block: 'bottleneck', layers: [3, 4, 23, 3] },
  resnet152: { block: 'bottleneck', layers: [3, 8, 36, 3] },
  resnext50_32x4d: { block: 'bottleneck', layers: [3, 4, 6, 3], groups: 32, widthPerGroup: 4 },
  resnext101_32x8d: { block: 'bottleneck', layers: [3, 4, 23, 3], groups: 32, widthPerGroup: 8 },
  resnext101_64x4d: { block: 'bottleneck', layers: [3, 4, 23, 3], groups: 64, widthPerGroup: 4 },
  wide_resnet50_2: { block: 'bottleneck', layers: [3, 4, 6, 3], widthPerGroup: 128 },
  wide_resnet101_2: { block: 'bottleneck', layers: [3, 4, 23, 3], widthPerGroup: 128 },
} satisfies Record<string, ResNetSettings>;

export const resnet = family({
  name: 'resnet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: ResNetSettings, numClasses) => new ResNet(settings, numClasses),
});
