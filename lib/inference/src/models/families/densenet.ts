import type { tf } from '../../backend';
import {
  AvgPool2d,
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

interface DenseNetSettings {
  /** Channels that each layer adds (k in the paper). */
  growthRate: number;
  /** Layers of each dense block. */
  layers: readonly number[];
  /** Channels of the first convolution. */
  firstChannels: number;
}

/** The 1x1 convolution of a layer makes this many times the growth rate. */
const BOTTLENECK = 4;

const norm = (numFeatures: number): BatchNorm2d => new BatchNorm2d({ numFeatures });
const conv = (inChannels: number, outChannels: number, kernelSize: number, stride = 1): Conv2d =>
  new Conv2d({
    inChannels,
    outChannels,
    kernelSize,
    stride,
    padding: (kernelSize - 1) / 2,
    bias: false,
    weightInit: init.kaimingNormalFanIn,
  });

/** Normalisation, activation, convolution, twice: from all channels so far to `growthRate` new ones. */
class DenseLayer extends Module {
  readonly norm1: BatchNorm2d;
  readonly relu1 = new ReLU();
  readonly conv1: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly relu2 = new ReLU();
  readonly conv2: Conv2d;

  constructor(inChannels: number, growthRate: number) {
    super();
    this.norm1 = norm(inChannels);
    this.conv1 = conv(inChannels, BOTTLENECK * growthRate, 1);
    this.norm2 = norm(BOTTLENECK * growthRate);
    this.conv2 = conv(BOTTLENECK * growthRate, growthRate, 3);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.conv1.forward(this.relu1.forward(this.norm1.forward(x)));
    return this.conv2.forward(this.relu2.forward(this.norm2.forward(y)));
  }
}

/** Layers that each append their channels to what they got. */
class DenseBlock extends Sequential {
  constructor(inChannels: number, layers: number, growthRate: number) {
    super(
      Array.from(
        { length: layers },
        (_, i) => [`denselayer${i + 1}`, new DenseLayer(inChannels + i * growthRate, growthRate)] as const,
      ),
    );
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return [...this].reduce((known, layer) => F.concat([known, layer.forward(known)], 3), x);
  }
}

/** Halves channels, height and width. */
const transition = (channels: number): Sequential =>
  new Sequential({
    norm: norm(channels),
    relu: new ReLU(),
    conv: conv(channels, Math.floor(channels / 2), 1),
    pool: new AvgPool2d({ kernelSize: 2, stride: 2 }),
  });

function buildFeatures({ growthRate, layers, firstChannels }: DenseNetSettings): [features: Sequential, out: number] {
  const modules: Array<[string, Module]> = [
    ['conv0', conv(3, firstChannels, 7, 2)],
    ['norm0', norm(firstChannels)],
    ['relu0', new ReLU()],
    ['pool0', new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 })],
  ];
  let channels = firstChannels;
  layers.forEach((count, i) => {
    modules.push([`denseblock${i + 1}`, new DenseBlock(channels, count, growthRate)]);
    channels += count * growthRate;
    if (i === layers.length - 1) return;
    modules.push([`transition${i + 1}`, transition(channels)]);
    channels = Math.floor(channels / 2);
  });
  modules.push([`norm${layers.length + 1}`, norm(channels)]);
  return [new Sequential(modules), channels];
}

/** DenseNet-BC (Huang et al. 2017). Input [batch, height, width, 3] from 29x29 pixels on. */
export class DenseNet extends Module {
  readonly features: Sequential;
  readonly classifier: Linear;

  constructor(settings: DenseNetSettings, numClasses: number) {
    super();
    const [features, inFeatures] = buildFeatures(settings);
    this.features = features;
    this.classifier = new Linear({ inFeatures, outFeatures: numClasses, biasInit: init.zeros });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'DenseNet', minSize: 29 });
    const y = F.relu(this.features.forward(x));
    return this.classifier.forward(F.flatten(F.globalAvgPool(y)));
  }
}

// Huang et al. 2017, table 1.
const TABLE = {
  densenet121: { growthRate: 32, layers: [6, 12, 24, 16], firstChannels: 64 },
  densenet161: { growthRate: 48, layers: [6, 12, 36, 24], firstChannels: 96 },
  densenet169: { growthRate: 32, layers: [6, 12, 32, 32], firstChannels: 64 },
  densenet201: { growthRate: 32, layers: [6, 12, 48, 32], firstChannels: 64 },
} satisfies Record<string, DenseNetSettings>;

export const densenet = family({
  name: 'densenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: DenseNetSettings, numClasses) => new DenseNet(settings, numClasses),
});
