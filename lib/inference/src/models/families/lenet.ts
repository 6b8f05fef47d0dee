import type { tf } from '../../backend';
import { Conv2d, functional as F, Linear, Module } from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

/** Sizes in which the two registered variants differ. */
interface LeNetSettings {
  kernelSize: number;
  /** Of the first convolution. */
  padding: number;
  numClasses: number;
}

/**
 * LeNet (LeCun et al. 1998) for pictures of 28x28x1: two convolutions with 2x2 max pooling, three dense layers, ReLU.
 * Both variants hand 16 planes of 5x5 to the dense layers.
 */
export class LeNet extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly fc3: Linear;

  constructor({ kernelSize, padding, numClasses }: LeNetSettings) {
    super();
    this.conv1 = new Conv2d({ inChannels: 1, outChannels: 6, kernelSize, padding });
    this.conv2 = new Conv2d({ inChannels: 6, outChannels: 16, kernelSize });
    this.fc1 = new Linear({ inFeatures: 400, outFeatures: 120 });
    this.fc2 = new Linear({ inFeatures: 120, outFeatures: 84 });
    this.fc3 = new Linear({ inFeatures: 84, outFeatures: numClasses });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'LeNet', size: 28, channels: 1 });
    let y = F.maxPool(F.relu(this.conv1.forward(x)), { kernelSize: 2 });
    y = F.maxPool(F.relu(this.conv2.forward(y)), { kernelSize: 2 });
    y = F.relu(this.fc1.forward(F.flatten(y)));
    return this.fc3.forward(F.relu(this.fc2.forward(y)));
  }
}

// 61,706 parameters, as LeNet-5 is usually written today, and 60,074 with the 3x3 kernels of the pruning exercises.
const TABLE = {
  lenet: { kernelSize: 5, padding: 2 },
  lenet_3x3: { kernelSize: 3, padding: 0 },
} satisfies Record<string, Omit<LeNetSettings, 'numClasses'>>;

export const lenet = family({
  name: 'lenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [28, 28, 1],
  numClasses: 10,
  build: (settings, numClasses) => new LeNet({ ...settings, numClasses }),
});
