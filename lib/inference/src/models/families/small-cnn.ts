import { withSeed, type tf } from '../../backend';
import { BatchNorm2d, Conv2d, functional as F, Linear, Module } from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

/** Options of {@link SmallCnn}. */
export interface SmallCnnOptions {
  /** Channels of the four convolutions. Default [24, 32, 48, 72]: 53,570 parameters for ten classes. */
  widths?: readonly [number, number, number, number];
  /** Default 10. */
  numClasses?: number;
  /** Colours of a picture. Default 3. */
  inChannels?: number;
  /** Seed of the initial weights; without one they come from the library's shared stream. */
  seed?: number;
}

/**
 * A simple convolutional network for small pictures, the student of the distillation notebook: four 3x3 convolutions, each
 * with batch normalisation and ReLU; the last three with 2x2 max pooling; global average; one dense layer.
 * Input [batch, height, width, inChannels] of at least 8x8, output [batch, numClasses].
 */
export class SmallCnn extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly conv4: Conv2d;
  readonly bn4: BatchNorm2d;
  readonly fc: Linear;
  private readonly inChannels: number;

  constructor({ widths = [24, 32, 48, 72], numClasses = 10, inChannels = 3, seed }: SmallCnnOptions = {}) {
    super();
    const [a, b, c, d] = widths;
    const conv = (from: number, to: number): Conv2d =>
      new Conv2d({ inChannels: from, outChannels: to, kernelSize: 3, padding: 1, bias: false });
    const weighted = (): [Conv2d, Conv2d, Conv2d, Conv2d, Linear] => [
      conv(inChannels, a),
      conv(a, b),
      conv(b, c),
      conv(c, d),
      new Linear({ inFeatures: d, outFeatures: numClasses }),
    ];
    const [conv1, conv2, conv3, conv4, fc] = withSeed(seed, weighted);
    this.inChannels = inChannels;
    this.conv1 = conv1;
    this.bn1 = new BatchNorm2d({ numFeatures: a });
    this.conv2 = conv2;
    this.bn2 = new BatchNorm2d({ numFeatures: b });
    this.conv3 = conv3;
    this.bn3 = new BatchNorm2d({ numFeatures: c });
    this.conv4 = conv4;
    this.bn4 = new BatchNorm2d({ numFeatures: d });
    this.fc = fc;
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'SmallCnn', minSize: 8, channels: this.inChannels });
    let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
    y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
    y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
    y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
    return this.fc.forward(F.flatten(F.globalAvgPool(y)));
  }
}

export const smallCnn = family({
  name: 'small_cnn',
  kind: 'convolutional',
  rows: { small_cnn: {} },
  inputShape: [32, 32, 3],
  numClasses: 10,
  build: (settings: SmallCnnOptions, numClasses) => new SmallCnn({ ...settings, numClasses }),
});
