import { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Dropout,
  functional as F,
  init,
  Linear,
  MaxPool2d,
  Module,
  Sequential,
  type Conv2dOptions,
} from '../../nn';
import { family } from '../family';
import { BasicConv2d, toUnitRange } from './inception-blocks';
import { checkAuxiliary } from './auxiliary';
import { checkPicture } from './picture';

/** Channels of one module's branches: 1x1; 1x1 and 3x3; 1x1 and the second 3x3; after the pooling. */
type InceptionRow = readonly [number, number, number, number, number, number];

interface GoogLeNetSettings {
  /** Modules 3a to 5b by name. */
  modules: Readonly<Record<ModuleName, InceptionRow>>;
}

/** The networks's choices. */
interface GoogLeNetChoices {
  auxLogits: boolean;
  transformInput: boolean;
}

/** What training compares with the labels. */
export interface GoogLeNetOutputs {
  /** [batch, classes] */
  logits: tf.Tensor;
  /** Of the auxiliary classifier after module 4d; the loss counts it with a weight of 0.3. */
  aux2: tf.Tensor;
  /** Of the one after module 4a, likewise. */
  aux1: tf.Tensor;
}

const NAMES = ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b'] as const;
type ModuleName = (typeof NAMES)[number];

const STD = 0.01;
const conv = (
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  more: Pick<Conv2dOptions, 'stride'> = {},
): BasicConv2d =>
  new BasicConv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, std: STD, ...more });
const dense = (inFeatures: number, outFeatures: number): Linear =>
  new Linear({ inFeatures, outFeatures, weightInit: init.normal(STD) });
const halve = (kernelSize = 3): MaxPool2d => new MaxPool2d({ kernelSize, stride: 2, ceilMode: true });
const outputsOf = ([one, , three, , five, pool]: InceptionRow): number => one + three + five + pool;

/** Four branches side by side. The third has a 3x3 kernel where the paper has 5x5: so the published weights are. */
class Inception extends Module {
  readonly branch1: BasicConv2d;
  readonly branch2: Sequential;
  readonly branch3: Sequential;
  readonly branch4: Sequential;

  constructor(inChannels: number, [one, reduce3, three, reduce5, five, pool]: InceptionRow) {
    super();
    this.branch1 = conv(inChannels, one, 1);
    this.branch2 = new Sequential([conv(inChannels, reduce3, 1), conv(reduce3, three, 3)]);
    this.branch3 = new Sequential([conv(inChannels, reduce5, 1), conv(reduce5, five, 3)]);
    this.branch4 = new Sequential([
      new MaxPool2d({ kernelSize: 3, stride: 1, padding: 1, ceilMode: true }),
      conv(inChannels, pool, 1),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const branches = [this.branch1, this.branch2, this.branch3, this.branch4];
    return F.concat(
      branches.map((branch) => branch.forward(x)),
      3,
    );
  }
}

/** A classifier in the middle of the network, for training. */
class InceptionAux extends Module {
  readonly conv: BasicConv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly dropout = new Dropout(0.7);

  constructor(inChannels: number, numClasses: number) {
    super();
    this.conv = conv(inChannels, 128, 1);
    this.fc1 = dense(128 * 4 * 4, 1024);
    this.fc2 = dense(1024, numClasses);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.flatten(this.conv.forward(F.adaptiveAvgPool(x, [4, 4])));
    return this.fc2.forward(this.dropout.forward(F.relu(this.fc1.forward(y))));
  }
}

/**
 * GoogLeNet (Szegedy et al. 2015) with batch normalisation. Input [batch, height, width, 3] from 15x15 pixels on.
 * `forward` gives the last classifier's logits alone, in training too; {@link forwardAll} gives those of all three.
 */
export class GoogLeNet extends Module {
  readonly conv1 = conv(3, 64, 7, { stride: 2 });
  readonly maxpool1 = halve();
  readonly conv2 = conv(64, 64, 1);
  readonly conv3 = conv(64, 192, 3);
  readonly maxpool2 = halve();
  readonly inception3a: Inception;
  readonly inception3b: Inception;
  readonly maxpool3 = halve();
  readonly inception4a: Inception;
  readonly inception4b: Inception;
  readonly inception4c: Inception;
  readonly inception4d: Inception;
  readonly inception4e: Inception;
  readonly maxpool4 = halve(2);
  readonly inception5a: Inception;
  readonly inception5b: Inception;
  readonly aux1: InceptionAux | null;
  readonly aux2: InceptionAux | null;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly dropout = new Dropout(0.2);
  readonly fc: Linear;
  private readonly transformInput: boolean;

  constructor({ modules }: GoogLeNetSettings, numClasses: number, { auxLogits, transformInput }: GoogLeNetChoices) {
    super();
    this.transformInput = transformInput;
    let channels = 192;
    const widths = {} as Record<ModuleName, number>;
    const [a3, b3, a4, b4, c4, d4, e4, a5, b5] = NAMES.map((name) => {
      const made = new Inception(channels, modules[name]);
      channels = widths[name] = outputsOf(modules[name]);
      return made;
    });
    this.inception3a = a3;
    this.inception3b = b3;
    this.inception4a = a4;
    this.inception4b = b4;
    this.inception4c = c4;
    this.inception4d = d4;
    this.inception4e = e4;
    this.inception5a = a5;
    this.inception5b = b5;
    this.aux1 = auxLogits ? new InceptionAux(widths['4a'], numClasses) : null;
    this.aux2 = auxLogits ? new InceptionAux(widths['4d'], numClasses) : null;
    this.fc = dense(channels, numClasses);
  }

  /** Up to module 4a, from there to 4d, and from there to the logits. */
  private get parts(): Module[][] {
    return [
      [this.conv1, this.maxpool1, this.conv2, this.conv3, this.maxpool2],
      [this.inception3a, this.inception3b, this.maxpool3, this.inception4a],
      [this.inception4b, this.inception4c, this.inception4d],
      [this.inception4e, this.maxpool4, this.inception5a, this.inception5b, this.avgpool],
    ];
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'GoogLeNet', minSize: 15 });
    const picture = this.transformInput ? toUnitRange(x) : x;
    const y = this.parts.flat().reduce((value, module) => module.forward(value), picture);
    return this.fc.forward(this.dropout.forward(F.flatten(y)));
  }

  /** The logits of all three classifiers, as torchvision's network gives them in training. @throws without `auxLogits` */
  forwardAll(x: tf.Tensor): GoogLeNetOutputs {
    const { aux1, aux2 } = this;
    if (!aux1 || !aux2)
      throw new Error('This GoogLeNet was built with auxLogits: false: it has one classifier, forward.');
    checkPicture(x, { model: 'GoogLeNet', minSize: 15 });
    return tf.tidy(() => {
      const run = (value: tf.Tensor, modules: Module[]): tf.Tensor => modules.reduce((y, m) => m.forward(y), value);
      const [stem, toA, toD, rest] = this.parts;
      const a = run(this.transformInput ? toUnitRange(x) : x, [...stem, ...toA]);
      const d = run(a, toD);
      checkAuxiliary('aux1', aux1.conv.conv.weight, a);
      checkAuxiliary('aux2', aux2.conv.conv.weight, d);
      const logits = this.fc.forward(this.dropout.forward(F.flatten(run(d, rest))));
      return { logits, aux2: aux2.forward(d), aux1: aux1.forward(a) };
    });
  }
}

// Szegedy et al. 2015, table 1.
const TABLE = {
  googlenet: {
    modules: {
      '3a': [64, 96, 128, 16, 32, 32],
      '3b': [128, 128, 192, 32, 96, 64],
      '4a': [192, 96, 208, 16, 48, 64],
      '4b': [160, 112, 224, 24, 64, 64],
      '4c': [128, 128, 256, 24, 64, 64],
      '4d': [112, 144, 288, 32, 64, 64],
      '4e': [256, 160, 320, 32, 128, 128],
      '5a': [256, 160, 320, 32, 128, 128],
      '5b': [384, 192, 384, 48, 128, 128],
    },
  },
} satisfies Record<string, GoogLeNetSettings>;

export const googlenet = family({
  name: 'googlenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  choices: { auxLogits: true, transformInput: false },
  build: (settings: GoogLeNetSettings, numClasses, choices) => new GoogLeNet(settings, numClasses, choices),
});
