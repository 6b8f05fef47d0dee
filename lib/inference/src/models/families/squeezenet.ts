import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Conv2d,
  Dropout,
  functional as F,
  init,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

interface SqueezeNetSettings {
  /** Channels and kernel of the first convolution. */
  first: readonly [outChannels: number, kernelSize: number];
  /** Fire modules between the poolings, a list each: channels squeezed to, and of each of the two expansions. */
  stages: ReadonlyArray<ReadonlyArray<readonly [squeeze: number, expand: number]>>;
  /** Smallest height and width of which the poolings leave a pixel. */
  minSize: number;
}

const conv = (inChannels: number, outChannels: number, kernelSize: number): Conv2d =>
  new Conv2d({
    inChannels,
    outChannels,
    kernelSize,
    padding: (kernelSize - 1) / 2,
    weightInit: init.kaimingUniformFanIn,
    biasInit: init.zeros,
  });

/** Few channels, expanded by 1x1 and 3x3 convolutions side by side. */
class Fire extends Module {
  readonly squeeze: Conv2d;
  readonly squeeze_activation = new ReLU();
  readonly expand1x1: Conv2d;
  readonly expand1x1_activation = new ReLU();
  readonly expand3x3: Conv2d;
  readonly expand3x3_activation = new ReLU();

  constructor(inChannels: number, squeeze: number, expand: number) {
    super();
    this.squeeze = conv(inChannels, squeeze, 1);
    this.expand1x1 = conv(squeeze, expand, 1);
    this.expand3x3 = conv(squeeze, expand, 3);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.squeeze_activation.forward(this.squeeze.forward(x));
    const one = this.expand1x1_activation.forward(this.expand1x1.forward(y));
    return F.concat([one, this.expand3x3_activation.forward(this.expand3x3.forward(y))], 3);
  }
}

function buildFeatures({ first: [outChannels, kernelSize], stages }: SqueezeNetSettings): Sequential {
  let channels = outChannels;
  const fire = ([squeeze, expand]: readonly [number, number]): Fire => {
    const made = new Fire(channels, squeeze, expand);
    channels = 2 * expand;
    return made;
  };
  const weightInit = init.kaimingUniformFanIn;
  return new Sequential([
    new Conv2d({ inChannels: 3, outChannels, kernelSize, stride: 2, weightInit, biasInit: init.zeros }),
    new ReLU(),
    ...stages.flatMap((stage) => [
      new MaxPool2d({ kernelSize: 3, stride: 2, ceilMode: true }),
      ...stage.map((row) => fire(row)),
    ]),
  ]);
}

/** SqueezeNet (Iandola et al. 2016): no dense layer. Input [batch, height, width, 3] from 21x21 pixels (1.1: 17x17) on. */
export class SqueezeNet extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;
  private readonly minSize: number;

  constructor(settings: SqueezeNetSettings, numClasses: number) {
    super();
    const { stages, minSize } = settings;
    this.minSize = minSize;
    const [, expand] = stages[stages.length - 1].at(-1) as readonly [number, number];
    this.features = buildFeatures(settings);
    this.classifier = new Sequential([
      new Dropout(0.5),
      new Conv2d({
        inChannels: 2 * expand,
        outChannels: numClasses,
        kernelSize: 1,
        weightInit: init.normal(0.01),
        biasInit: init.zeros,
      }),
      new ReLU(),
      new AdaptiveAvgPool2d(),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'SqueezeNet', minSize: this.minSize });
    return F.flatten(this.classifier.forward(this.features.forward(x)));
  }
}

// Iandola et al. 2016, table 1; version 1.1 is the authors' own, with less work for the same accuracy.
const TABLE = {
  // prettier-ignore
  squeezenet1_0: { first: [96, 7], minSize: 21, stages: [
    [[16, 64], [16, 64], [32, 128]], [[32, 128], [48, 192], [48, 192], [64, 256]], [[64, 256]],
  ] },
  // prettier-ignore
  squeezenet1_1: { first: [64, 3], minSize: 17, stages: [
    [[16, 64], [16, 64]], [[32, 128], [32, 128]], [[48, 192], [48, 192], [64, 256], [64, 256]],
  ] },
} satisfies Record<string, SqueezeNetSettings>;

export const squeezenet = family({
  name: 'squeezenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: SqueezeNetSettings, numClasses) => new SqueezeNet(settings, numClasses),
});
