import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Conv2d,
  Dropout,
  functional as F,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

interface AlexNetSettings {
  /** Each convolution, and whether 3x3 pooling of stride 2 follows it. */
  convolutions: ReadonlyArray<
    readonly [outChannels: number, kernelSize: number, stride: number, padding: number, pooled: boolean]
  >;
  /** Features of the two dense layers before the last. */
  features: number;
}

/** Height and width of what the dense layers see. */
const SIZE = 6;
/** The smallest picture of which the poolings leave a pixel. */
const MIN_SIZE = 63;

function buildFeatures(convolutions: AlexNetSettings['convolutions']): Sequential {
  let inChannels = 3;
  return new Sequential(
    convolutions.flatMap(([outChannels, kernelSize, stride, padding, pooled]) => {
      const conv = new Conv2d({ inChannels, outChannels, kernelSize, stride, padding });
      inChannels = outChannels;
      return [conv, new ReLU(), ...(pooled ? [new MaxPool2d({ kernelSize: 3, stride: 2 })] : [])];
    }),
  );
}

/** AlexNet in its one-tower form (Krizhevsky 2014). Input [batch, height, width, 3] from 63x63 pixels on. */
export class AlexNet extends Module {
  readonly features: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d([SIZE, SIZE]);
  readonly classifier: Sequential;

  constructor({ convolutions, features }: AlexNetSettings, numClasses: number) {
    super();
    const [last] = convolutions[convolutions.length - 1];
    this.features = buildFeatures(convolutions);
    this.classifier = new Sequential([
      new Dropout(0.5),
      new Linear({ inFeatures: last * SIZE * SIZE, outFeatures: features }),
      new ReLU(),
      new Dropout(0.5),
      new Linear({ inFeatures: features, outFeatures: features }),
      new ReLU(),
      new Linear({ inFeatures: features, outFeatures: numClasses }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'AlexNet', minSize: MIN_SIZE });
    return this.classifier.forward(F.flatten(this.avgpool.forward(this.features.forward(x))));
  }
}

// Krizhevsky 2014, section 5.
const TABLE = {
  // prettier-ignore
  alexnet: { features: 4096, convolutions: [
    [64, 11, 4, 2, true], [192, 5, 1, 2, true], [384, 3, 1, 1, false], [256, 3, 1, 1, false], [256, 3, 1, 1, true],
  ] },
} satisfies Record<string, AlexNetSettings>;

export const alexnet = family({
  name: 'alexnet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: AlexNetSettings, numClasses) => new AlexNet(settings, numClasses),
});
