import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, Dropout, functional as F, init, Linear, Module, ReLU, Sequential } from '../../nn';
import { family } from '../family';
import { roundChannels } from './blocks';
import { checkPicture } from './picture';

interface ConvOptions {
  inChannels: number;
  outChannels: number;
  /** Default 1. */
  kernelSize?: number;
  /** Default 1. */
  stride?: number;
  /** Default 1. */
  groups?: number;
  /** Whether ReLU follows. Default true. */
  active?: boolean;
}

/** Share of a new batch in the running statistics; the paper's 0.9997 is that of the old ones. */
const MOMENTUM = 1 - 0.9997;
const LAST = 1280;

/** Convolution, batch normalisation and ReLU as entries of the list that they become part of. */
function layers({ kernelSize = 1, active = true, ...options }: ConvOptions): Module[] {
  return [
    new Conv2d({
      ...options,
      kernelSize,
      padding: (kernelSize - 1) / 2,
      bias: false,
      weightInit: init.kaimingNormalFanOut,
    }),
    new BatchNorm2d({ numFeatures: options.outChannels, momentum: MOMENTUM }),
    ...(active ? [new ReLU()] : []),
  ];
}

interface BlockSettings {
  inChannels: number;
  outChannels: number;
  kernelSize: number;
  stride: number;
  expand: number;
}

/** 1x1 expansion, depthwise convolution, 1x1 linear projection. */
class InvertedResidual extends Module {
  readonly layers: Sequential;
  private readonly residual: boolean;

  constructor({ inChannels, outChannels, kernelSize, stride, expand }: BlockSettings) {
    super();
    const hidden = inChannels * expand;
    this.residual = stride === 1 && inChannels === outChannels;
    this.layers = new Sequential([
      ...layers({ inChannels, outChannels: hidden }),
      ...layers({ inChannels: hidden, outChannels: hidden, kernelSize, stride, groups: hidden }),
      ...layers({ inChannels: hidden, outChannels, active: false }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.layers.forward(x);
    return this.residual ? F.add(y, x) : y;
  }
}

interface MnasNetSettings {
  /** Factor of all channels. */
  width: number;
  /** Channels of the first convolution and of the separable one after it, before the factor. */
  stem: readonly [number, number];
  /** Kernel, stride, expansion, channels before the factor, and blocks, a row a stage. */
  stages: ReadonlyArray<
    readonly [kernelSize: number, stride: number, expand: number, outChannels: number, blocks: number]
  >;
}

function buildStages({ width, stages }: MnasNetSettings, first: number): Sequential[] {
  let inChannels = first;
  return stages.map(([kernelSize, stride, expand, channels, blocks]) => {
    const outChannels = roundChannels(channels * width);
    return new Sequential(
      Array.from({ length: blocks }, (_, i) => {
        const settings = { inChannels, outChannels, kernelSize, stride: i === 0 ? stride : 1, expand };
        inChannels = outChannels;
        return new InvertedResidual(settings);
      }),
    );
  });
}

/** MnasNet-B1 (Tan et al. 2019). Input [batch, height, width, 3] of any size. */
export class MNASNet extends Module {
  readonly layers: Sequential;
  readonly classifier: Sequential;

  /** @param stateVersion of its entries: 1 leaves the first two convolutions as wide as they are at factor 1 */
  constructor(
    settings: MnasNetSettings,
    numClasses: number,
    readonly stateVersion = 2,
  ) {
    super();
    const { width, stem, stages } = settings;
    const [first, second] = stem.map((channels) => (stateVersion === 1 ? channels : roundChannels(channels * width)));
    const last = roundChannels(stages[stages.length - 1][3] * width);
    this.layers = new Sequential([
      ...layers({ inChannels: 3, outChannels: first, kernelSize: 3, stride: 2 }),
      ...layers({ inChannels: first, outChannels: first, kernelSize: 3, groups: first }),
      ...layers({ inChannels: first, outChannels: second, active: false }),
      ...buildStages(settings, second),
      ...layers({ inChannels: last, outChannels: LAST }),
    ]);
    this.classifier = new Sequential([
      new Dropout(0.2),
      new Linear({
        inFeatures: LAST,
        outFeatures: numClasses,
        weightInit: init.uniform(Math.sqrt(3 / numClasses)),
        biasInit: init.zeros,
      }),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'MNASNet' });
    return this.classifier.forward(F.mean(this.layers.forward(x), [1, 2]));
  }
}

// Tan et al. 2019, figure 7 (a), and the factors of its table 3.
const B1 = {
  stem: [32, 16],
  // prettier-ignore
  stages: [[3, 2, 3, 24, 3], [5, 2, 3, 40, 3], [5, 2, 6, 80, 3], [3, 1, 6, 96, 2], [5, 2, 6, 192, 4], [3, 1, 6, 320, 1]],
} satisfies Omit<MnasNetSettings, 'width'>;
const TABLE = {
  mnasnet0_5: { ...B1, width: 0.5 },
  mnasnet0_75: { ...B1, width: 0.75 },
  mnasnet1_0: { ...B1, width: 1 },
  mnasnet1_3: { ...B1, width: 1.3 },
} satisfies Record<string, MnasNetSettings>;

export const mnasnet = family({
  name: 'mnasnet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  choices: { version: 2 },
  build: (settings: MnasNetSettings, numClasses, { version }) => new MNASNet(settings, numClasses, version),
});
