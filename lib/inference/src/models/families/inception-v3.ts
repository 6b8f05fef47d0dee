import { tf } from '../../backend';
import { AdaptiveAvgPool2d, Dropout, functional as F, init, Linear, MaxPool2d, Module } from '../../nn';
import { family } from '../family';
import { BasicConv2d, chain, toUnitRange } from './inception-blocks';
import {
  InceptionA,
  InceptionAux,
  InceptionB,
  InceptionC,
  InceptionD,
  InceptionE,
  shrinking,
} from './inception-modules';
import { checkAuxiliary } from './auxiliary';
import { checkPicture } from './picture';

interface InceptionV3Settings {
  /** Channels after the pooling of each module of 35x35 pixels. */
  pooled: readonly [number, number, number];
  /** Channels between the 7x7 kernels of each module of 17x17 pixels. */
  inner: readonly [number, number, number, number];
}

/** The network's choices. */
interface InceptionV3Choices {
  auxLogits: boolean;
  transformInput: boolean;
}

/** What training compares with the labels. */
export interface InceptionOutputs {
  /** [batch, classes] */
  logits: tf.Tensor;
  /** Of the auxiliary classifier; the loss counts it with a weight of 0.4 in torchvision's recipe, 0.3 in the paper. */
  aux: tf.Tensor;
}

const STD = 0.1;
const MIN_SIZE = 75;
const poolHalf = (): MaxPool2d => new MaxPool2d({ kernelSize: 3, stride: 2 });
const pointwise = (inChannels: number, outChannels: number): BasicConv2d =>
  new BasicConv2d({ inChannels, outChannels, kernelSize: 1, std: STD });

/**
 * Inception V3 (Szegedy et al. 2016). Input [batch, height, width, 3] from 75x75 pixels on, published for 299x299.
 * `forward` gives the last classifier's logits alone, in training too; {@link forwardAll} gives those of both.
 */
export class Inception3 extends Module {
  readonly Conv2d_1a_3x3 = shrinking(3, 32);
  readonly Conv2d_2a_3x3 = shrinking(32, 32, 1);
  readonly Conv2d_2b_3x3 = new BasicConv2d({ inChannels: 32, outChannels: 64, kernelSize: 3, padding: 1, std: STD });
  readonly maxpool1 = poolHalf();
  readonly Conv2d_3b_1x1 = pointwise(64, 80);
  readonly Conv2d_4a_3x3 = shrinking(80, 192, 1);
  readonly maxpool2 = poolHalf();
  readonly Mixed_5b: InceptionA;
  readonly Mixed_5c: InceptionA;
  readonly Mixed_5d: InceptionA;
  readonly Mixed_6a: InceptionB;
  readonly Mixed_6b: InceptionC;
  readonly Mixed_6c: InceptionC;
  readonly Mixed_6d: InceptionC;
  readonly Mixed_6e: InceptionC;
  readonly AuxLogits: InceptionAux | null;
  readonly Mixed_7a: InceptionD;
  readonly Mixed_7b: InceptionE;
  readonly Mixed_7c: InceptionE;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly dropout = new Dropout(0.5);
  readonly fc: Linear;
  private readonly transformInput: boolean;

  constructor(
    { pooled, inner }: InceptionV3Settings,
    numClasses: number,
    { auxLogits, transformInput }: InceptionV3Choices,
  ) {
    super();
    this.transformInput = transformInput;
    const [first, second, third] = pooled.map((n) => 64 + 64 + 96 + n); // channels after modules 5b to 5d
    this.Mixed_5b = new InceptionA(192, pooled[0]);
    this.Mixed_5c = new InceptionA(first, pooled[1]);
    this.Mixed_5d = new InceptionA(second, pooled[2]);
    this.Mixed_6a = new InceptionB(third);
    const wide = 384 + 96 + third;
    [this.Mixed_6b, this.Mixed_6c, this.Mixed_6d, this.Mixed_6e] = inner.map((n) => new InceptionC(wide, n));
    this.AuxLogits = auxLogits ? new InceptionAux(wide, numClasses) : null;
    this.Mixed_7a = new InceptionD(wide);
    this.Mixed_7b = new InceptionE(320 + 192 + wide);
    this.Mixed_7c = new InceptionE(2048);
    this.fc = new Linear({ inFeatures: 2048, outFeatures: numClasses, weightInit: init.normal(STD) });
  }

  /** Up to module 6e, where the auxiliary classifier looks. */
  private first(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'Inception3', minSize: MIN_SIZE });
    const picture = this.transformInput ? toUnitRange(x) : x;
    const stem = [this.Conv2d_1a_3x3, this.Conv2d_2a_3x3, this.Conv2d_2b_3x3, this.maxpool1];
    const more = [this.Conv2d_3b_1x1, this.Conv2d_4a_3x3, this.maxpool2];
    const five = [this.Mixed_5b, this.Mixed_5c, this.Mixed_5d];
    const six = [this.Mixed_6a, this.Mixed_6b, this.Mixed_6c, this.Mixed_6d, this.Mixed_6e];
    return chain(picture, [...stem, ...more, ...five, ...six]);
  }

  private last(x: tf.Tensor): tf.Tensor {
    const y = chain(x, [this.Mixed_7a, this.Mixed_7b, this.Mixed_7c, this.avgpool, this.dropout]);
    return this.fc.forward(F.flatten(y));
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.last(this.first(x));
  }

  /**
   * The logits of both classifiers, as torchvision's network gives them in training.
   * @throws without `auxLogits`, and for pictures too small for the auxiliary classifier's 5x5 windows (from 299 on)
   */
  forwardAll(x: tf.Tensor): InceptionOutputs {
    const { AuxLogits } = this;
    if (!AuxLogits) throw new Error('This Inception3 was built with auxLogits: false: it has one classifier, forward.');
    return tf.tidy(() => {
      const middle = this.first(x);
      checkAuxiliary('AuxLogits', AuxLogits.conv0.conv.weight, middle);
      return { logits: this.last(middle), aux: AuxLogits.forward(middle) };
    });
  }
}

// Szegedy et al. 2016, table 1.
const TABLE = {
  inception_v3: { pooled: [32, 64, 64], inner: [128, 160, 160, 192] },
} satisfies Record<string, InceptionV3Settings>;

export const inceptionV3 = family({
  name: 'inception',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [299, 299, 3],
  choices: { auxLogits: true, transformInput: false },
  build: (settings: InceptionV3Settings, numClasses, choices) => new Inception3(settings, numClasses, choices),
});
