/** What GoogLeNet and Inception V3 share. */
import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, functional as F, init, Module, type Conv2dOptions } from '../../nn';

/** Options of {@link BasicConv2d}. */
export interface BasicConvOptions extends Pick<
  Conv2dOptions,
  'inChannels' | 'outChannels' | 'kernelSize' | 'stride' | 'padding'
> {
  /** Standard deviation of the fresh weights. */
  std: number;
}

/** Convolution without bias, batch normalisation, ReLU. */
export class BasicConv2d extends Module {
  readonly conv: Conv2d;
  readonly bn: BatchNorm2d;

  constructor({ std, ...options }: BasicConvOptions) {
    super();
    this.conv = new Conv2d({ ...options, bias: false, weightInit: init.normal(std) });
    this.bn = new BatchNorm2d({ numFeatures: options.outChannels, epsilon: 1e-3 });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.relu(this.bn.forward(this.conv.forward(x)));
  }
}

/** Runs modules one after the other. */
export const chain = (x: tf.Tensor, modules: readonly Module[]): tf.Tensor =>
  modules.reduce((value, module) => module.forward(value), x);

// Mean and deviation of ImageNet's red, green and blue, as torchvision normalises pictures.
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** Turns pictures that were normalised by ImageNet's mean and deviation into ones with values from -1 to 1. */
export function toUnitRange(x: tf.Tensor): tf.Tensor {
  const scale = DEVIATION.map((deviation) => deviation / 0.5);
  const shift = MEAN.map((mean) => (mean - 0.5) / 0.5);
  return F.add(F.multiply(x, F.constant(scale, [3])), F.constant(shift, [3]));
}
