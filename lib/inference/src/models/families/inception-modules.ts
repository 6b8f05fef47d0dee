/** The modules of Inception V3, one class for each of the figures 5 to 7 and 10 of Szegedy et al. 2016. */
import type { tf } from '../../backend';
import { functional as F, init, Linear, Module } from '../../nn';
import { BasicConv2d, chain } from './inception-blocks';

type Kernel = number | readonly [number, number];

/** Convolution that keeps the size, with a square kernel or one that is long in one direction. */
const conv = (inChannels: number, outChannels: number, kernelSize: Kernel, std = 0.1): BasicConv2d => {
  const padding = typeof kernelSize === 'number' ? (kernelSize - 1) / 2 : kernelSize.map((n) => (n - 1) / 2);
  return new BasicConv2d({ inChannels, outChannels, kernelSize, padding: padding as Kernel, std });
};
/** 3x3 convolution without padding, by default with stride 2. */
export const shrinking = (inChannels: number, outChannels: number, stride = 2): BasicConv2d =>
  new BasicConv2d({ inChannels, outChannels, kernelSize: 3, stride, std: 0.1 });

const average = (x: tf.Tensor): tf.Tensor => F.avgPool(x, { kernelSize: 3, stride: 1, padding: 1 });
const halve = (x: tf.Tensor): tf.Tensor => F.maxPool(x, { kernelSize: 3, stride: 2 });

/** 1x1; 5x5; two 3x3; averages. */
export class InceptionA extends Module {
  readonly branch1x1: BasicConv2d;
  readonly branch5x5_1: BasicConv2d;
  readonly branch5x5_2: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  constructor(inChannels: number, poolFeatures: number) {
    super();
    this.branch1x1 = conv(inChannels, 64, 1);
    this.branch5x5_1 = conv(inChannels, 48, 1);
    this.branch5x5_2 = conv(48, 64, 5);
    this.branch3x3dbl_1 = conv(inChannels, 64, 1);
    this.branch3x3dbl_2 = conv(64, 96, 3);
    this.branch3x3dbl_3 = conv(96, 96, 3);
    this.branch_pool = conv(inChannels, poolFeatures, 1);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.concat(
      [
        this.branch1x1.forward(x),
        chain(x, [this.branch5x5_1, this.branch5x5_2]),
        chain(x, [this.branch3x3dbl_1, this.branch3x3dbl_2, this.branch3x3dbl_3]),
        this.branch_pool.forward(average(x)),
      ],
      3,
    );
  }
}

/** Halves the size: 3x3; two 3x3; largest values. */
export class InceptionB extends Module {
  readonly branch3x3: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3: BasicConv2d;

  constructor(inChannels: number) {
    super();
    this.branch3x3 = shrinking(inChannels, 384);
    this.branch3x3dbl_1 = conv(inChannels, 64, 1);
    this.branch3x3dbl_2 = conv(64, 96, 3);
    this.branch3x3dbl_3 = shrinking(96, 96);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const double = chain(x, [this.branch3x3dbl_1, this.branch3x3dbl_2, this.branch3x3dbl_3]);
    return F.concat([this.branch3x3.forward(x), double, halve(x)], 3);
  }
}

/** 1x1; a 7x7 kernel in two steps; two of them; averages. */
export class InceptionC extends Module {
  readonly branch1x1: BasicConv2d;
  readonly branch7x7_1: BasicConv2d;
  readonly branch7x7_2: BasicConv2d;
  readonly branch7x7_3: BasicConv2d;
  readonly branch7x7dbl_1: BasicConv2d;
  readonly branch7x7dbl_2: BasicConv2d;
  readonly branch7x7dbl_3: BasicConv2d;
  readonly branch7x7dbl_4: BasicConv2d;
  readonly branch7x7dbl_5: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  constructor(inChannels: number, inner: number) {
    super();
    this.branch1x1 = conv(inChannels, 192, 1);
    this.branch7x7_1 = conv(inChannels, inner, 1);
    this.branch7x7_2 = conv(inner, inner, [1, 7]);
    this.branch7x7_3 = conv(inner, 192, [7, 1]);
    this.branch7x7dbl_1 = conv(inChannels, inner, 1);
    this.branch7x7dbl_2 = conv(inner, inner, [7, 1]);
    this.branch7x7dbl_3 = conv(inner, inner, [1, 7]);
    this.branch7x7dbl_4 = conv(inner, inner, [7, 1]);
    this.branch7x7dbl_5 = conv(inner, 192, [1, 7]);
    this.branch_pool = conv(inChannels, 192, 1);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const double = [this.branch7x7dbl_1, this.branch7x7dbl_2, this.branch7x7dbl_3, this.branch7x7dbl_4];
    return F.concat(
      [
        this.branch1x1.forward(x),
        chain(x, [this.branch7x7_1, this.branch7x7_2, this.branch7x7_3]),
        chain(x, [...double, this.branch7x7dbl_5]),
        this.branch_pool.forward(average(x)),
      ],
      3,
    );
  }
}

/** Halves the size: 3x3; 7x7 in two steps and 3x3; largest values. */
export class InceptionD extends Module {
  readonly branch3x3_1: BasicConv2d;
  readonly branch3x3_2: BasicConv2d;
  readonly branch7x7x3_1: BasicConv2d;
  readonly branch7x7x3_2: BasicConv2d;
  readonly branch7x7x3_3: BasicConv2d;
  readonly branch7x7x3_4: BasicConv2d;

  constructor(inChannels: number) {
    super();
    this.branch3x3_1 = conv(inChannels, 192, 1);
    this.branch3x3_2 = shrinking(192, 320);
    this.branch7x7x3_1 = conv(inChannels, 192, 1);
    this.branch7x7x3_2 = conv(192, 192, [1, 7]);
    this.branch7x7x3_3 = conv(192, 192, [7, 1]);
    this.branch7x7x3_4 = shrinking(192, 192);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const three = chain(x, [this.branch3x3_1, this.branch3x3_2]);
    const seven = [this.branch7x7x3_1, this.branch7x7x3_2, this.branch7x7x3_3, this.branch7x7x3_4];
    return F.concat([three, chain(x, seven), halve(x)], 3);
  }
}

/** 1x1; 3x3 as a row beside a column, twice; averages. */
export class InceptionE extends Module {
  readonly branch1x1: BasicConv2d;
  readonly branch3x3_1: BasicConv2d;
  readonly branch3x3_2a: BasicConv2d;
  readonly branch3x3_2b: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3a: BasicConv2d;
  readonly branch3x3dbl_3b: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  constructor(inChannels: number) {
    super();
    this.branch1x1 = conv(inChannels, 320, 1);
    this.branch3x3_1 = conv(inChannels, 384, 1);
    this.branch3x3_2a = conv(384, 384, [1, 3]);
    this.branch3x3_2b = conv(384, 384, [3, 1]);
    this.branch3x3dbl_1 = conv(inChannels, 448, 1);
    this.branch3x3dbl_2 = conv(448, 384, 3);
    this.branch3x3dbl_3a = conv(384, 384, [1, 3]);
    this.branch3x3dbl_3b = conv(384, 384, [3, 1]);
    this.branch_pool = conv(inChannels, 192, 1);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const one = this.branch3x3_1.forward(x);
    const two = chain(x, [this.branch3x3dbl_1, this.branch3x3dbl_2]);
    return F.concat(
      [
        this.branch1x1.forward(x),
        F.concat([this.branch3x3_2a.forward(one), this.branch3x3_2b.forward(one)], 3),
        F.concat([this.branch3x3dbl_3a.forward(two), this.branch3x3dbl_3b.forward(two)], 3),
        this.branch_pool.forward(average(x)),
      ],
      3,
    );
  }
}

/** A classifier in the middle of the network, for training. */
export class InceptionAux extends Module {
  readonly conv0: BasicConv2d;
  readonly conv1: BasicConv2d;
  readonly fc: Linear;

  constructor(inChannels: number, numClasses: number) {
    super();
    this.conv0 = conv(inChannels, 128, 1);
    this.conv1 = new BasicConv2d({ inChannels: 128, outChannels: 768, kernelSize: 5, std: 0.01 });
    this.fc = new Linear({ inFeatures: 768, outFeatures: numClasses, weightInit: init.normal(0.001) });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const small = F.avgPool(x, { kernelSize: 5, stride: 3 });
    const y = this.conv1.forward(this.conv0.forward(small));
    return this.fc.forward(F.flatten(F.globalAvgPool(y)));
  }
}
