import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, Dropout, functional as F, init, Linear, Module, Sequential } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from '../families/hugging-face-activations';
import { checkPicture } from '../families/picture';

/** Sizes of a `MobileNetV2ForImageClassification`, as its config.json gives them. */
export interface HuggingFaceMobileNetV2Settings {
  channels: number;
  /** Share of the published channels. */
  depthMultiplier: number;
  /** Numbers of channels are multiples of it. */
  divisibleBy: number;
  /** The fewest channels of a layer. */
  minDepth: number;
  expandRatio: number;
  /** How many times smaller than the picture the last map is; below 32, later layers are dilated instead. */
  outputStride: number;
  /** Whether the first convolution is the expansion of the first block as well. */
  firstLayerIsExpansion: boolean;
  /** Whether the last layer keeps 1280 channels in networks narrower than published. */
  finegrainedOutput: boolean;
  activation: HuggingFaceActivation;
  /** Whether convolutions pad as TensorFlow's SAME does: by the size of what comes, more at the end. */
  tfPadding: boolean;
  epsilon: number;
  classifierDropout: number;
  labels: readonly string[];
}

type Settings = HuggingFaceMobileNetV2Settings;

/** Channels and stride of the depthwise convolution of each block after the first (Sandler et al. 2018, table 2). */
const BLOCKS: ReadonlyArray<readonly [channels: number, stride: number]> = [
  ...([[24, 2], [24, 1], [32, 2], [32, 1], [32, 1], [64, 2], [64, 1], [64, 1], [64, 1]] as const), // prettier-ignore
  ...([[96, 1], [96, 1], [96, 1], [160, 2], [160, 1], [160, 1], [320, 1]] as const), // prettier-ignore
];

/** The nearest multiple, but not more than a tenth below. */
function divisible(value: number, { divisibleBy, minDepth }: Settings): number {
  const near = Math.max(minDepth, Math.floor(Math.trunc(value + divisibleBy / 2) / divisibleBy) * divisibleBy);
  return near < 0.9 * value ? near + divisibleBy : near;
}

/** Python's rounding: halves to the even neighbour. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

const scaled = (channels: number, settings: Settings): number =>
  divisible(roundHalfEven(channels * settings.depthMultiplier), settings);

const outputChannels = (settings: Settings): number =>
  settings.finegrainedOutput && settings.depthMultiplier < 1 ? 1280 : scaled(1280, settings);

/** Zeros that TensorFlow's SAME adds before and after. */
function samePadding(size: number, { kernel, stride, dilation }: Record<string, number>): [number, number] {
  const along = Math.max(kernel - (size % stride === 0 ? stride : size % stride), 0);
  const before = Math.floor(along / 2);
  return [before * dilation, (along - before) * dilation];
}

interface ConvolutionSettings {
  from: number;
  to: number;
  kernel?: number;
  stride?: number;
  dilation?: number;
  depthwise?: boolean;
  active?: boolean;
}

class ConvLayer extends Module {
  readonly convolution: Conv2d;
  readonly normalization: BatchNorm2d;
  readonly activation: Module;
  private readonly same: Record<string, number> | null;

  constructor(
    { from, to, kernel = 1, stride = 1, dilation = 1, depthwise = false, active = true }: ConvolutionSettings,
    { tfPadding, epsilon, activation }: Settings,
  ) {
    super();
    this.same = tfPadding ? { kernel, stride, dilation } : null;
    this.convolution = new Conv2d({
      ...{ inChannels: from, outChannels: to, kernelSize: kernel, stride, dilation, groups: depthwise ? from : 1 },
      ...{ padding: tfPadding ? 0 : Math.floor((kernel - 1) / 2) * dilation, bias: false },
      weightInit: init.kaimingNormalFanOut,
    });
    this.normalization = new BatchNorm2d({ numFeatures: to, epsilon, momentum: 0.997 });
    this.activation = HUGGING_FACE_ACTIVATIONS[active ? activation : 'linear']();
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { same } = this;
    const [, height, width] = x.shape;
    const padded = same ? F.pad(x, [[0, 0], samePadding(height, same), samePadding(width, same), [0, 0]]) : x;
    return this.activation.forward(this.normalization.forward(this.convolution.forward(padded)));
  }
}

class InvertedResidual extends Module {
  readonly expand_1x1: ConvLayer;
  readonly conv_3x3: ConvLayer;
  readonly reduce_1x1: ConvLayer;
  private readonly residual: boolean;

  constructor(from: number, to: number, place: { stride: number; dilation: number }, settings: Settings) {
    super();
    const inside = divisible(roundHalfEven(from * settings.expandRatio), settings);
    this.residual = place.stride === 1 && from === to;
    this.expand_1x1 = new ConvLayer({ from, to: inside }, settings);
    this.conv_3x3 = new ConvLayer({ from: inside, to: inside, kernel: 3, depthwise: true, ...place }, settings);
    this.reduce_1x1 = new ConvLayer({ from: inside, to, active: false }, settings);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.reduce_1x1.forward(this.conv_3x3.forward(this.expand_1x1.forward(x)));
    return this.residual ? F.add(x, y) : y;
  }
}

class Stem extends Module {
  readonly first_conv: ConvLayer;
  readonly expand_1x1: ConvLayer | null;
  readonly conv_3x3: ConvLayer;
  readonly reduce_1x1: ConvLayer;

  constructor(from: number, inside: number, to: number, settings: Settings) {
    super();
    this.first_conv = new ConvLayer({ from, to: inside, kernel: 3, stride: 2 }, settings);
    this.expand_1x1 = settings.firstLayerIsExpansion ? null : new ConvLayer({ from: inside, to: inside }, settings);
    this.conv_3x3 = new ConvLayer({ from: inside, to: inside, kernel: 3, depthwise: true }, settings);
    this.reduce_1x1 = new ConvLayer({ from: inside, to, active: false }, settings);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const first = this.first_conv.forward(x);
    return this.reduce_1x1.forward(this.conv_3x3.forward(this.expand_1x1?.forward(first) ?? first));
  }
}

/** Strides and dilations of the blocks: once the map is as small as asked for, later strides become dilations. */
function placesOf({ outputStride }: Settings): Array<{ stride: number; dilation: number }> {
  let [reached, dilation] = [2, 1];
  return BLOCKS.map(([, stride]) => {
    if (reached === outputStride) {
      const place = { stride: 1, dilation };
      dilation *= stride;
      return place;
    }
    reached *= stride;
    return { stride, dilation: 1 };
  });
}

class Body extends Module {
  readonly conv_stem: Stem;
  readonly layer: Sequential;
  readonly conv_1x1: ConvLayer;

  constructor(settings: Settings) {
    super();
    const channels = [scaled(16, settings), ...BLOCKS.map(([width]) => scaled(width, settings))];
    const places = placesOf(settings);
    this.conv_stem = new Stem(settings.channels, scaled(32, settings), channels[0], settings);
    this.layer = new Sequential(
      places.map((place, i) => new InvertedResidual(channels[i], channels[i + 1], place, settings)),
    );
    this.conv_1x1 = new ConvLayer({ from: channels[BLOCKS.length], to: outputChannels(settings) }, settings);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.globalAvgPool(this.conv_1x1.forward(this.layer.forward(this.conv_stem.forward(x))));
  }
}

/**
 * MobileNetV2 with the names that Hugging Face's `MobileNetV2ForImageClassification` gives its entries.
 * Input [batch, height, width, channels] of any size, output one logit per label.
 */
export class MobileNetV2ForImageClassification extends Module {
  readonly mobilenet_v2: Body;
  readonly dropout: Dropout;
  readonly classifier: Linear;

  constructor(readonly settings: HuggingFaceMobileNetV2Settings) {
    super();
    this.mobilenet_v2 = new Body(settings);
    this.dropout = new Dropout(settings.classifierDropout);
    this.classifier = new Linear({ inFeatures: outputChannels(settings), outFeatures: settings.labels.length });
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'MobileNetV2ForImageClassification', channels: this.settings.channels });
    return this.classifier.forward(this.dropout.forward(F.flatten(this.mobilenet_v2.forward(x))));
  }
}

/** Channels that checks of sizes need: of the first convolution, before the last one, and after it. */
export function mobileNetV2Widths(settings: HuggingFaceMobileNetV2Settings): [number, number, number] {
  return [scaled(32, settings), scaled(320, settings), outputChannels(settings)];
}
