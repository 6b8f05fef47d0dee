/** Parts that several families share, with the names that torchvision gives their entries. */
import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  BatchNorm2d,
  Conv2d,
  functional as F,
  init,
  ReLU,
  Sequential,
  Sigmoid,
  Module,
  type BatchNormOptions,
} from '../../nn';

/** A class of layers without settings, such as `nn.SiLU`. */
type Activation = new () => Module;

/** Settings of batch normalisation that a whole network shares. */
export type NormSettings = Omit<BatchNormOptions, 'numFeatures'>;

/** Options of {@link Conv2dNormActivation}. */
interface ConvNormOptions {
  inChannels: number;
  outChannels: number;
  /** Default 3. Odd: the padding keeps the size at stride 1. */
  kernelSize?: number;
  /** Default 1. */
  stride?: number;
  /** Default 1. */
  groups?: number;
  norm?: NormSettings;
  /** None where the block ends linearly. */
  activation?: Activation;
  /** Of the convolution. Default: normal, by the number of outputs. */
  weightInit?: init.Initializer;
}

/** Convolution without bias, batch normalisation and, if there is one, an activation: entries 0, 1, 2. */
export class Conv2dNormActivation extends Sequential {
  constructor({
    inChannels,
    outChannels,
    kernelSize = 3,
    stride = 1,
    groups = 1,
    norm = {},
    activation: Act,
    weightInit = init.kaimingNormalFanOut,
  }: ConvNormOptions) {
    super([
      new Conv2d({
        inChannels,
        outChannels,
        kernelSize,
        stride,
        groups,
        padding: (kernelSize - 1) / 2,
        bias: false,
        weightInit,
      }),
      new BatchNorm2d({ numFeatures: outChannels, ...norm }),
      ...(Act ? [new Act()] : []),
    ]);
  }
}

/** The first layers of an inverted residual (Sandler et al. 2018): 1x1 expansion, none where nothing grows, and depthwise. */
export function expandDepthwise({
  inChannels,
  outChannels: expanded,
  kernelSize,
  stride,
  norm,
  activation,
}: ConvNormOptions): Conv2dNormActivation[] {
  const shared = { outChannels: expanded, norm, activation };
  return [
    ...(expanded === inChannels ? [] : [new Conv2dNormActivation({ ...shared, inChannels, kernelSize: 1 })]),
    new Conv2dNormActivation({ ...shared, inChannels: expanded, kernelSize, stride, groups: expanded }),
  ];
}

/** Options of {@link SqueezeExcitation}. */
interface SqueezeExcitationOptions {
  inputChannels: number;
  squeezeChannels: number;
  /** Between the two convolutions. Default ReLU. */
  activation?: Activation;
  /** After them. Default Sigmoid. */
  scaleActivation?: Activation;
  /** Of the convolutions. Default: normal, by the number of outputs. */
  weightInit?: init.Initializer;
}

/** Scales each channel by a factor computed from the means of all channels (Hu et al. 2018). */
export class SqueezeExcitation extends Module {
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly fc1: Conv2d;
  readonly fc2: Conv2d;
  readonly activation: Module;
  readonly scale_activation: Module;

  constructor({
    inputChannels,
    squeezeChannels,
    activation: Act = ReLU,
    scaleActivation: Scale = Sigmoid,
    weightInit = init.kaimingNormalFanOut,
  }: SqueezeExcitationOptions) {
    super();
    const dense = (inChannels: number, outChannels: number): Conv2d =>
      new Conv2d({
        inChannels,
        outChannels,
        kernelSize: 1,
        weightInit,
        biasInit: init.zeros,
      });
    this.fc1 = dense(inputChannels, squeezeChannels);
    this.fc2 = dense(squeezeChannels, inputChannels);
    this.activation = new Act();
    this.scale_activation = new Scale();
  }

  forward(x: tf.Tensor): tf.Tensor {
    const hidden = this.activation.forward(this.fc1.forward(this.avgpool.forward(x)));
    return F.multiply(x, this.scale_activation.forward(this.fc2.forward(hidden))); // scale [batch, 1, 1, channels]
  }
}

/** Rounds a channel count to a multiple of 8, and up where rounding would lose more than a tenth (Sandler et al. 2018). */
export function roundChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
