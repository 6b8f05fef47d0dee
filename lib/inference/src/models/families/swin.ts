import type { tf } from '../../backend';
import {
  AdaptiveAvgPool2d,
  Conv2d,
  Dropout,
  Flatten,
  functional as F,
  GELU,
  Identity,
  LayerNorm,
  type Linear,
  Module,
  Sequential,
  StochasticDepth,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';
import { dense, ShiftedWindowAttention, ShiftedWindowAttentionV2 } from './swin-attention';

interface SwinSettings {
  version: 1 | 2;
  /** Channels of the first stage; they double with each one. */
  embedDim: number;
  /** Blocks per stage. */
  depths: readonly number[];
  /** Heads per stage. */
  heads: readonly number[];
  /** Height and width of a window, in tokens. */
  window: number;
  /** Rate of the last block; the others' rise to it linearly. */
  stochasticDepth: number;
}

interface BlockSettings {
  version: 1 | 2;
  dim: number;
  numHeads: number;
  window: number;
  shift: number;
  stochasticDepth: number;
}

const PATCH = 4;

/** Attention and two dense layers, each with a shortcut; version 2 normalises after them instead of before. */
class SwinTransformerBlock extends Module {
  readonly norm1: LayerNorm;
  readonly attn: Module;
  readonly stochastic_depth: StochasticDepth;
  readonly norm2: LayerNorm;
  readonly mlp: Sequential;
  private readonly version: 1 | 2;

  constructor({ version, dim, stochasticDepth, ...window }: BlockSettings) {
    super();
    this.version = version;
    this.norm1 = new LayerNorm({ features: dim });
    this.attn = new (version === 1 ? ShiftedWindowAttention : ShiftedWindowAttentionV2)({ dim, ...window });
    this.stochastic_depth = new StochasticDepth(stochasticDepth);
    this.norm2 = new LayerNorm({ features: dim });
    this.mlp = new Sequential([
      dense({ inFeatures: dim, outFeatures: 4 * dim }),
      new GELU(),
      new Dropout(0),
      dense({ inFeatures: 4 * dim, outFeatures: dim }),
      new Dropout(0),
    ]);
  }

  private branch(x: tf.Tensor, norm: LayerNorm, body: Module): tf.Tensor {
    const y = this.version === 1 ? body.forward(norm.forward(x)) : norm.forward(body.forward(x));
    return F.add(x, this.stochastic_depth.forward(y));
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.branch(this.branch(x, this.norm1, this.attn), this.norm2, this.mlp);
  }
}

/** Joins 2x2 neighbours into one token of twice the channels; version 2 normalises last. */
class PatchMerging extends Module {
  readonly reduction: Linear;
  readonly norm: LayerNorm;

  constructor(
    dim: number,
    private readonly version: 1 | 2,
  ) {
    super();
    this.reduction = dense({ inFeatures: 4 * dim, outFeatures: 2 * dim, bias: false });
    this.norm = new LayerNorm({ features: version === 1 ? 4 * dim : 2 * dim });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const even = F.pad(x, [
      [0, 0],
      [0, height % 2],
      [0, width % 2],
      [0, 0],
    ]);
    const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    const cells = F.transpose(F.reshape(even, [-1, rows, 2, columns, 2, channels]), [0, 1, 3, 4, 2, 5]);
    const merged = F.reshape(cells, [-1, rows, columns, 4 * channels]); // the neighbour below comes before the one to the right
    return this.version === 1
      ? this.reduction.forward(this.norm.forward(merged))
      : this.norm.forward(this.reduction.forward(merged));
  }
}

function buildStages({ version, embedDim, depths, heads, window, stochasticDepth }: SwinSettings): Module[] {
  const total = depths.reduce((a, b) => a + b, 0);
  let index = 0;
  return depths.flatMap((depth, i): Module[] => {
    const dim = embedDim * 2 ** i;
    const stage = new Sequential(
      Array.from(
        { length: depth },
        (_, layer) =>
          new SwinTransformerBlock({
            version,
            dim,
            numHeads: heads[i],
            window,
            shift: layer % 2 ? Math.floor(window / 2) : 0,
            stochasticDepth: (stochasticDepth * index++) / (total - 1),
          }),
      ),
    );
    return i === depths.length - 1 ? [stage] : [stage, new PatchMerging(dim, version)];
  });
}

/**
 * Swin Transformer (Liu et al. 2021) and its second version (Liu et al. 2022). Input [batch, height, width, 3] from 4x4
 * pixels on; maps that do not divide into windows are padded with zeros.
 */
export class SwinTransformer extends Module {
  readonly features: Sequential;
  readonly norm: LayerNorm;
  /** PyTorch reorders dimensions here; in this library's layout nothing is to be done. */
  readonly permute = new Identity();
  readonly avgpool = new AdaptiveAvgPool2d();
  readonly flatten = new Flatten();
  readonly head: Linear;

  constructor(settings: SwinSettings, numClasses: number) {
    super();
    const { embedDim, depths } = settings;
    const width = embedDim * 2 ** (depths.length - 1);
    this.features = new Sequential([
      new Sequential([
        new Conv2d({ inChannels: 3, outChannels: embedDim, kernelSize: PATCH, stride: PATCH }),
        new Identity(),
        new LayerNorm({ features: embedDim }),
      ]),
      ...buildStages(settings),
    ]);
    this.norm = new LayerNorm({ features: width });
    this.head = dense({ inFeatures: width, outFeatures: numClasses });
  }

  forward(x: tf.Tensor): tf.Tensor {
    checkPicture(x, { model: 'SwinTransformer', minSize: PATCH });
    const y = this.permute.forward(this.norm.forward(this.features.forward(x)));
    return this.head.forward(this.flatten.forward(this.avgpool.forward(y)));
  }
}

// Liu et al. 2021, section 3.3; Liu et al. 2022, section 3.
const SMALL = { embedDim: 96, heads: [3, 6, 12, 24] };
const BASE = { embedDim: 128, heads: [4, 8, 16, 32] };
const V1 = { version: 1, window: 7 } as const;
const V2 = { version: 2, window: 8 } as const;
const TABLE = {
  swin_t: { ...V1, ...SMALL, depths: [2, 2, 6, 2], stochasticDepth: 0.2 },
  swin_s: { ...V1, ...SMALL, depths: [2, 2, 18, 2], stochasticDepth: 0.3 },
  swin_b: { ...V1, ...BASE, depths: [2, 2, 18, 2], stochasticDepth: 0.5 },
  swin_v2_t: { ...V2, ...SMALL, depths: [2, 2, 6, 2], stochasticDepth: 0.2 },
  swin_v2_s: { ...V2, ...SMALL, depths: [2, 2, 18, 2], stochasticDepth: 0.3 },
  swin_v2_b: { ...V2, ...BASE, depths: [2, 2, 18, 2], stochasticDepth: 0.5 },
} satisfies Record<string, SwinSettings>;

export const swin = family({
  name: 'swin',
  kind: 'transformer',
  rows: TABLE,
  inputShape: ({ version }) => (version === 1 ? [224, 224, 3] : [256, 256, 3]),
  build: (settings, numClasses) => new SwinTransformer(settings, numClasses),
});
