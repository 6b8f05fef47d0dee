import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  BatchNorm2d,
  Conv2d,
  Dropout,
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

interface VggSettings {
  /** Channels of each 3x3 convolution, a list a stage; 2x2 pooling ends each stage. */
  stages: ReadonlyArray<readonly number[]>;
  /** Whether each convolution is followed by batch normalisation. Default false. */
  batchNorm?: boolean;
  /** Features of the two dense layers before the last. */
  features: number;
}

/** Height and width of what the dense layers see. */
const SIZE = 7;

function buildFeatures({ stages, batchNorm = false }: VggSettings): Sequential {
  let inChannels = 3;
  const convolution = (outChannels: number): Module[] => {
    const conv = new Conv2d({
      inChannels,
      outChannels,
      kernelSize: 3,
      padding: 1,
      weightInit: init.kaimingNormalFanOut,
      biasInit: init.zeros,
    });
    inChannels = outChannels;
    return [conv, ...(batchNorm ? [new BatchNorm2d({ numFeatures: outChannels })] : []), new ReLU()];
  };
  return new Sequential(
    stages.flatMap((stage) => [...stage.flatMap(convolution), new MaxPool2d({ kernelSize: 2, stride: 2 })]),
  );
}

/** VGG network (Simonyan and Zisserman 2015). Input [batch, height, width, 3] from 32x32 pixels on. */
export class VGG extends Module {
  readonly features: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d([SIZE, SIZE]);
  readonly classifier: Sequential;

  constructor(settings: VggSettings, numClasses: number) {
    super();
    const { stages, features } = settings;
    const last = stages[stages.length - 1].at(-1) as number;
    const dense = (inFeatures: number, outFeatures: number): Linear =>
      new Linear({ inFeatures, outFeatures, weightInit: init.normal(0.01), biasInit: init.zeros });
    this.features = buildFeatures(settings);
    this.classifier = new Sequential([
      dense(last * SIZE * SIZE, features),
      new ReLU(),
      new Dropout(0.5),
      dense(features, features),
      new ReLU(),
      new Dropout(0.5),
      dense(features, numClasses),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'VGG', minSize: 2 ** 5 });
    return this.classifier.forward(F.flatten(this.avgpool.forward(this.features.forward(x))));
  }
}

// Simonyan and Zisserman 2015, table 1, columns A, B, D and E; with batch normalisation (Ioffe and Szegedy 2015) where
// the name says so.
const A = { features: 4096, stages: [[64], [128], [256, 256], [512, 512], [512, 512]] };
const B = { features: 4096, stages: [64, 128, 256, 512, 512].map((n) => [n, n]) };
// prettier-ignore
const D = { features: 4096, stages: [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]] };
// prettier-ignore
const E = { features: 4096, stages: [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]] };
const TABLE = {
  vgg11: A,
  vgg13: B,
  vgg16: D,
  vgg19: E,
  vgg11_bn: { ...A, batchNorm: true },
  vgg13_bn: { ...B, batchNorm: true },
  vgg16_bn: { ...D, batchNorm: true },
  vgg19_bn: { ...E, batchNorm: true },
} satisfies Record<string, VggSettings>;

export const vgg = family({
  name: 'vgg',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: VggSettings, numClasses) => new VGG(settings, numClasses),
});
