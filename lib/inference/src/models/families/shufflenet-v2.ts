import type { tf } from '../../backend';
import { BatchNorm2d, Conv2d, functional as F, Linear, MaxPool2d, Module, ReLU, Sequential } from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

interface ShuffleNetV2Settings {
  /** Units of stages 2 to 4. */
  repeats: readonly [number, number, number];
  /** Channels of the first convolution, of stages 2 to 4, and of the last convolution. */
  channels: readonly [number, number, number, number, number];
}

const conv = (inChannels: number, outChannels: number): Conv2d =>
  new Conv2d({ inChannels, outChannels, kernelSize: 1, bias: false });
const depthwise = (channels: number, stride: number): Conv2d =>
  new Conv2d({
    inChannels: channels,
    outChannels: channels,
    kernelSize: 3,
    stride,
    padding: 1,
    groups: channels,
    bias: false,
  });
const norm = (numFeatures: number): BatchNorm2d => new BatchNorm2d({ numFeatures });

/** Deals the channels of `groups` equal groups out in turn: [batch, height, width, channels] to the same shape. */
function shuffleChannels(x: tf.Tensor, groups: number): tf.Tensor {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const apart = F.reshape(x, [-1, height, width, groups, channels / groups]);
  return F.reshape(F.transpose(apart, [0, 1, 2, 4, 3]), [-1, height, width, channels]);
}

/** Half of the channels pass by, or with a stride both halves are computed from all; then the channels are shuffled. */
class InvertedResidual extends Module {
  readonly branch1: Sequential;
  readonly branch2: Sequential;
  private readonly splits: boolean;

  constructor(inChannels: number, outChannels: number, stride: number) {
    super();
    this.splits = stride === 1;
    const half = outChannels / 2;
    this.branch1 = new Sequential(
      this.splits
        ? []
        : [depthwise(inChannels, stride), norm(inChannels), conv(inChannels, half), norm(half), new ReLU()],
    );
    this.branch2 = new Sequential([
      conv(this.splits ? half : inChannels, half),
      norm(half),
      new ReLU(),
      depthwise(half, stride),
      norm(half),
      conv(half, half),
      norm(half),
      new ReLU(),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    if (!this.splits) return shuffleChannels(F.concat([this.branch1.forward(x), this.branch2.forward(x)], 3), 2);
    const half = (x.shape[3] as number) / 2;
    const [pass, computed] = [0, half].map((from) => F.slice(x, [0, 0, 0, from], [-1, -1, -1, half]));
    return shuffleChannels(F.concat([pass, this.branch2.forward(computed)], 3), 2);
  }
}

const stage = (inChannels: number, outChannels: number, units: number): Sequential =>
  new Sequential(
    Array.from({ length: units }, (_, i) =>
      i === 0 ? new InvertedResidual(inChannels, outChannels, 2) : new InvertedResidual(outChannels, outChannels, 1),
    ),
  );

/** ShuffleNetV2 (Ma et al. 2018). Input [batch, height, width, 3] of any size. */
export class ShuffleNetV2 extends Module {
  readonly conv1: Sequential;
  readonly maxpool = new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 });
  readonly stage2: Sequential;
  readonly stage3: Sequential;
  readonly stage4: Sequential;
  readonly conv5: Sequential;
  readonly fc: Linear;

  constructor({ repeats, channels }: ShuffleNetV2Settings, numClasses: number) {
    super();
    const [first, , , fourth, last] = channels;
    this.conv1 = new Sequential([
      new Conv2d({ inChannels: 3, outChannels: first, kernelSize: 3, stride: 2, padding: 1, bias: false }),
      norm(first),
      new ReLU(),
    ]);
    const [two, three, four] = repeats.map((units, i) => stage(channels[i], channels[i + 1], units));
    this.stage2 = two;
    this.stage3 = three;
    this.stage4 = four;
    this.conv5 = new Sequential([conv(fourth, last), norm(last), new ReLU()]);
    this.fc = new Linear({ inFeatures: last, outFeatures: numClasses });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'ShuffleNetV2' });
    let y = this.maxpool.forward(this.conv1.forward(x));
    for (const part of [this.stage2, this.stage3, this.stage4, this.conv5]) y = part.forward(y);
    return this.fc.forward(F.mean(y, [1, 2]));
  }
}

// Ma et al. 2018, table 5.
const repeats: ShuffleNetV2Settings['repeats'] = [4, 8, 4];
const TABLE = {
  shufflenet_v2_x0_5: { repeats, channels: [24, 48, 96, 192, 1024] },
  shufflenet_v2_x1_0: { repeats, channels: [24, 116, 232, 464, 1024] },
  shufflenet_v2_x1_5: { repeats, channels: [24, 176, 352, 704, 1024] },
  shufflenet_v2_x2_0: { repeats, channels: [24, 244, 488, 976, 2048] },
} satisfies Record<string, ShuffleNetV2Settings>;

export const shufflenetV2 = family({
  name: 'shufflenet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: ShuffleNetV2Settings, numClasses) => new ShuffleNetV2(settings, numClasses),
});
