import type { tf } from '../../backend';
import { AdaptiveAvgPool2d, functional as F, init, Linear, Module, ReLU, Sequential } from '../../nn';
import { family } from '../family';
import { Conv2dNormActivation, SqueezeExcitation } from './blocks';
import { checkPicture } from './picture';

/** The parameters of a network as the paper prints them. */
interface RegNetSettings {
  /** Number of blocks (d). */
  depth: number;
  /** Width of the first block (w_0). */
  firstWidth: number;
  /** Growth of the width from block to block (w_a). */
  slope: number;
  /** Ratio of the widths of neighbouring stages (w_m). */
  ratio: number;
  /** Channels of a group (g). */
  groupWidth: number;
  /** Whether blocks squeeze and excite: RegNetY. */
  squeezes: boolean;
}

/** Blocks that have one width. */
interface Stage {
  width: number;
  depth: number;
  groupWidth: number;
}

const STEM = 32;
/** Widths are multiples of this. */
const QUANTUM = 8;
/** Channels squeezed to, as a share of the block's input. */
const SQUEEZE = 0.25;

/** To the nearest integer, halves to the even one. */
function roundEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/**
 * The stages that the parameters mean (Radosavovic et al. 2020, equations 2 to 4): widths that grow linearly are rounded
 * to powers of `ratio`, these to multiples of 8, and then of the groups.
 */
function regnetStages({ depth, firstWidth, slope, ratio, groupWidth }: RegNetSettings): Stage[] {
  const stages: Stage[] = [];
  for (let i = 0; i < depth; i++) {
    const steps = roundEven(Math.log((i * slope + firstWidth) / firstWidth) / Math.log(ratio));
    const width = roundEven((firstWidth * ratio ** steps) / QUANTUM) * QUANTUM;
    const last = stages.at(-1);
    if (last?.width === width) last.depth++;
    else stages.push({ width, depth: 1, groupWidth });
  }
  return stages.map(({ width, depth: blocks }) => {
    const group = Math.min(groupWidth, width);
    return { width: multipleOf(group, width), depth: blocks, groupWidth: group };
  });
}

/** The nearest multiple, but none that loses more than a tenth. */
function multipleOf(divisor: number, value: number): number {
  const rounded = Math.max(divisor, Math.floor((value + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * value ? rounded + divisor : rounded;
}

interface BlockSettings {
  inChannels: number;
  outChannels: number;
  stride: number;
  groupWidth: number;
  squeezes: boolean;
}

/** 1x1, grouped 3x3, perhaps squeeze-and-excitation, 1x1 convolutions and the shortcut. */
class ResBottleneckBlock extends Module {
  readonly proj: Conv2dNormActivation | null;
  readonly f: Sequential;
  readonly activation: ReLU;

  constructor({ inChannels, outChannels, stride, groupWidth, squeezes }: BlockSettings) {
    super();
    this.proj =
      stride === 1 && inChannels === outChannels
        ? null
        : new Conv2dNormActivation({ inChannels, outChannels, kernelSize: 1, stride });
    const groups = Math.floor(outChannels / groupWidth);
    const inner = { inChannels: outChannels, outChannels };
    this.f = new Sequential({
      a: new Conv2dNormActivation({ inChannels, outChannels, kernelSize: 1, activation: ReLU }),
      b: new Conv2dNormActivation({ ...inner, stride, groups, activation: ReLU }),
      ...(squeezes && {
        se: new SqueezeExcitation({ inputChannels: outChannels, squeezeChannels: roundEven(SQUEEZE * inChannels) }),
      }),
      c: new Conv2dNormActivation({ ...inner, kernelSize: 1 }),
    });
    this.activation = new ReLU();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.activation.forward(F.add(this.proj?.forward(x) ?? x, this.f.forward(x)));
  }
}

function buildStages(stages: readonly Stage[], squeezes: boolean): Sequential {
  let inChannels = STEM;
  return new Sequential(
    stages.map(({ width: outChannels, depth, groupWidth }, s) => {
      const blocks = Array.from({ length: depth }, (_, i) => {
        const block = { inChannels, outChannels, stride: i === 0 ? 2 : 1, groupWidth, squeezes };
        inChannels = outChannels;
        return [`block${s + 1}-${i}`, new ResBottleneckBlock(block)] as const;
      });
      return [`block${s + 1}`, new Sequential(blocks)] as const;
    }),
  );
}

/** RegNetX and RegNetY (Radosavovic et al. 2020). Input [batch, height, width, 3] of any size. */
export class RegNet extends Module {
  readonly stem = new Conv2dNormActivation({ inChannels: 3, outChannels: STEM, stride: 2, activation: ReLU });
  readonly trunk_output: Sequential;
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly fc: Linear;

  constructor(settings: RegNetSettings, numClasses: number) {
    super();
    const stages = regnetStages(settings);
    this.trunk_output = buildStages(stages, settings.squeezes);
    this.fc = new Linear({
      inFeatures: stages[stages.length - 1].width,
      outFeatures: numClasses,
      weightInit: init.normal(0.01),
      biasInit: init.zeros,
    });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'RegNet' });
    return this.fc.forward(F.flatten(this.avgpool.forward(this.trunk_output.forward(this.stem.forward(x)))));
  }
}

type Row = readonly [depth: number, firstWidth: number, slope: number, ratio: number, groupWidth: number];
const row =
  (squeezes: boolean) =>
  (...[depth, firstWidth, slope, ratio, groupWidth]: Row): RegNetSettings => ({
    depth,
    firstWidth,
    slope,
    ratio,
    groupWidth,
    squeezes,
  });
const [x, y] = [row(false), row(true)];

// Radosavovic et al. 2020, figures 15 and 16; regnet_y_128gf: Singh et al. 2022.
const TABLE = {
  regnet_x_400mf: x(22, 24, 24.48, 2.54, 16),
  regnet_x_800mf: x(16, 56, 35.73, 2.28, 16),
  regnet_x_1_6gf: x(18, 80, 34.01, 2.25, 24),
  regnet_x_3_2gf: x(25, 88, 26.31, 2.25, 48),
  regnet_x_8gf: x(23, 80, 49.56, 2.88, 120),
  regnet_x_16gf: x(22, 216, 55.59, 2.1, 128),
  regnet_x_32gf: x(23, 320, 69.86, 2, 168),
  regnet_y_400mf: y(16, 48, 27.89, 2.09, 8),
  regnet_y_800mf: y(14, 56, 38.84, 2.4, 16),
  regnet_y_1_6gf: y(27, 48, 20.71, 2.65, 24),
  regnet_y_3_2gf: y(21, 80, 42.63, 2.66, 24),
  regnet_y_8gf: y(17, 192, 76.82, 2.19, 56),
  regnet_y_16gf: y(18, 200, 106.23, 2.48, 112),
  regnet_y_32gf: y(20, 232, 115.89, 2.53, 232),
  regnet_y_128gf: y(27, 456, 160.83, 2.52, 264),
} satisfies Record<string, RegNetSettings>;

export const regnet = family({
  name: 'regnet',
  kind: 'convolutional',
  rows: TABLE,
  inputShape: [224, 224, 3],
  build: (settings: RegNetSettings, numClasses) => new RegNet(settings, numClasses),
});
