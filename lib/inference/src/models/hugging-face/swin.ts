import type { tf } from '../../backend';
import {
  Conv2d,
  Dropout,
  functional as F,
  init,
  LayerNorm,
  type Linear,
  Module,
  Sequential,
  StochasticDepth,
} from '../../nn';
import { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from '../families/hugging-face-activations';
import { checkPicture } from '../families/picture';
import { tokens as freshTokens } from '../families/vit';
import { Dense, dense, INITIALIZER_RANGE, weightInit } from '../families/vit-huggingface-layers';
import { risingRates } from './convnext';
import { Group } from './group';
import { cut, join, maskOf, planOf, WindowSelfAttention, type SwinBlockSettings } from './swin-attention';

/** Sizes of a `SwinForImageClassification`, as its config.json gives them. */
export interface HuggingFaceSwinSettings {
  imageSize: number | readonly [number, number];
  patchSize: number | readonly [number, number];
  channels: number;
  /** Channels of the first stage; they double with each one. */
  embedDim: number;
  depths: readonly number[];
  heads: readonly number[];
  /** Height and width of a window, in tokens. */
  window: number;
  mlpRatio: number;
  qkvBias: boolean;
  activation: HuggingFaceActivation;
  /** Of all normalisations but those of patches and of merging, which have 1e-5. */
  epsilon: number;
  /** Whether patches have positions of their own. */
  absoluteEmbeddings: boolean;
  hiddenDropout: number;
  attentionDropout: number;
  /** Rate of the last block; the others' rise to it linearly. */
  stochasticDepth: number;
  labels: readonly string[];
}

class Attention extends Module {
  readonly self: WindowSelfAttention;
  readonly output: Dense;

  constructor(block: SwinBlockSettings, settings: HuggingFaceSwinSettings) {
    super();
    this.self = new WindowSelfAttention(block, settings);
    this.output = new Dense(block.dim, block.dim);
  }

  forward(x: tf.Tensor, mask?: tf.Tensor | null): tf.Tensor {
    return this.output.forward(this.self.forward(x, mask));
  }
}

const after = (x: tf.Tensor, rows: number, columns: number): tf.Tensor => F.pad(x, [[0, 0], [0, rows], [0, columns], [0, 0]]); // prettier-ignore

class Block extends Module {
  readonly layernorm_before: LayerNorm;
  readonly attention: Attention;
  readonly layernorm_after: LayerNorm;
  readonly intermediate: Dense;
  readonly output: Dense;
  readonly activation: Module;
  readonly dropout: Dropout;
  readonly stochasticDepth: StochasticDepth;

  constructor(
    private readonly block: SwinBlockSettings,
    private readonly settings: HuggingFaceSwinSettings,
  ) {
    super();
    const { dim, rate } = block;
    const { epsilon, mlpRatio, activation, hiddenDropout } = settings;
    const inside = Math.trunc(mlpRatio * dim);
    this.layernorm_before = new LayerNorm({ features: dim, epsilon });
    this.attention = new Attention(block, settings);
    this.layernorm_after = new LayerNorm({ features: dim, epsilon });
    this.intermediate = new Dense(dim, inside);
    this.output = new Dense(inside, dim);
    this.activation = HUGGING_FACE_ACTIVATIONS[activation]();
    this.dropout = new Dropout(hiddenDropout);
    this.stochasticDepth = new StochasticDepth(rate);
  }

  private attend(x: tf.Tensor): tf.Tensor {
    const [, height, width] = x.shape as [number, number, number];
    const plan = planOf(height, width, this.settings.window, this.block.shift);
    const [rows, columns] = plan.shift;
    const padded = F.roll(after(x, plan.padded[0] - height, plan.padded[1] - width), [-rows, -columns], [1, 2]);
    const back = F.roll(join(this.attention.forward(cut(padded, plan), maskOf(plan)), plan), [rows, columns], [1, 2]);
    const whole = plan.padded[0] === height && plan.padded[1] === width;
    return whole ? back : F.slice(back, [0, 0, 0, 0], [-1, height, width, -1]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const attended = this.dropout.forward(this.attend(this.layernorm_before.forward(x)));
    const y = F.add(x, this.stochasticDepth.forward(attended));
    const hidden = this.activation.forward(this.intermediate.forward(this.layernorm_after.forward(y)));
    return F.add(y, this.dropout.forward(this.output.forward(hidden)));
  }
}

/** Joins 2x2 neighbours into one token of twice the channels. */
class PatchMerging extends Module {
  readonly reduction: Linear;
  readonly norm: LayerNorm;

  constructor(dim: number) {
    super();
    this.reduction = dense(4 * dim, 2 * dim, false);
    this.norm = new LayerNorm({ features: 4 * dim });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    const even = F.reshape(after(x, height % 2, width % 2), [-1, rows, 2, columns, 2, channels]);
    // The neighbour below comes before the one to the right.
    const merged = F.reshape(F.transpose(even, [0, 1, 3, 4, 2, 5]), [-1, rows, columns, 4 * channels]);
    return this.reduction.forward(this.norm.forward(merged));
  }
}

class Stage extends Module {
  readonly blocks: Sequential;
  readonly downsample: PatchMerging | null;

  constructor(stage: number, rates: readonly number[], settings: HuggingFaceSwinSettings) {
    super();
    const { embedDim, heads, window, depths } = settings;
    const dim = embedDim * 2 ** stage;
    const shiftOf = (i: number): number => (i % 2 === 0 ? 0 : Math.floor(window / 2));
    this.blocks = new Sequential(
      rates.map((rate, i) => new Block({ dim, heads: heads[stage], shift: shiftOf(i), rate }, settings)),
    );
    this.downsample = stage < depths.length - 1 ? new PatchMerging(dim) : null;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = this.blocks.forward(x);
    return this.downsample?.forward(y) ?? y;
  }
}

class Embeddings extends Module {
  readonly patch_embeddings: Group & { projection: Conv2d };
  readonly norm: LayerNorm;
  readonly dropout: Dropout;

  constructor(private readonly settings: HuggingFaceSwinSettings) {
    super();
    const { channels, embedDim, patchSize, imageSize, absoluteEmbeddings, hiddenDropout } = settings;
    const [[height, width], [rows, columns]] = [F.pair(imageSize), F.pair(patchSize)];
    const patches = Math.floor(height / rows) * Math.floor(width / columns);
    if (absoluteEmbeddings)
      this.registerParameter('position_embeddings', freshTokens([1, patches, embedDim], INITIALIZER_RANGE));
    const projection = new Conv2d({
      ...{ inChannels: channels, outChannels: embedDim, kernelSize: patchSize, stride: patchSize },
      ...{ weightInit, biasInit: init.zeros },
    });
    this.patch_embeddings = Object.assign(new Group(), { projection });
    this.norm = new LayerNorm({ features: embedDim });
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [rows, columns] = F.pair(this.settings.patchSize);
    const [, height, width] = x.shape as [number, number, number];
    const whole = after(x, (rows - (height % rows)) % rows, (columns - (width % columns)) % columns);
    const patches = this.norm.forward(this.patch_embeddings.projection.forward(whole));
    if (!this.has('position_embeddings')) return this.dropout.forward(patches);
    const positions = F.reshape(this.value('position_embeddings'), [1, ...patches.shape.slice(1)]);
    return this.dropout.forward(F.add(patches, positions));
  }
}

class Body extends Module {
  readonly embeddings: Embeddings;
  readonly encoder: Group & { layers: Sequential };
  readonly layernorm: LayerNorm;

  constructor(settings: HuggingFaceSwinSettings) {
    super();
    const { depths, stochasticDepth, embedDim, epsilon } = settings;
    this.embeddings = new Embeddings(settings);
    const rates = risingRates(depths, stochasticDepth);
    const layers = new Sequential(depths.map((_, stage) => new Stage(stage, rates[stage], settings)));
    this.encoder = Object.assign(new Group(), { layers });
    this.layernorm = new LayerNorm({ features: embedDim * 2 ** (depths.length - 1), epsilon });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.mean(this.layernorm.forward(this.encoder.layers.forward(this.embeddings.forward(x))), [1, 2]);
  }
}

/**
 * Swin Transformer with the names that Hugging Face's `SwinForImageClassification` gives its entries.
 * Input [batch, height, width, channels], of any size where patches have no positions of their own; output one logit per
 * label.
 */
export class SwinForImageClassification extends Module {
  readonly swin: Body;
  readonly classifier: Linear;

  constructor(readonly settings: HuggingFaceSwinSettings) {
    super();
    const { embedDim, depths, labels } = settings;
    this.swin = new Body(settings);
    this.classifier = dense(embedDim * 2 ** (depths.length - 1), labels.length);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { channels, imageSize, absoluteEmbeddings } = this.settings;
    checkPicture(x, {
      model: 'SwinForImageClassification',
      channels,
      ...(absoluteEmbeddings ? { size: imageSize } : {}),
    });
    return this.classifier.forward(this.swin.forward(x));
  }
}
