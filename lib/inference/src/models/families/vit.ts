import type { tf } from '../../backend';
import {
  Conv2d,
  Dropout,
  functional as F,
  GELU,
  init,
  LayerNorm,
  Linear,
  Module,
  MultiheadAttention,
  Sequential,
} from '../../nn';
import { family } from '../family';
import { checkPicture } from './picture';

interface VisionTransformerSettings {
  imageSize: number;
  patchSize: number;
  layers: number;
  heads: number;
  hiddenDim: number;
  mlpDim: number;
}

const norm = (features: number): LayerNorm => new LayerNorm({ features, epsilon: 1e-6 });
const dense = (inFeatures: number, outFeatures: number): Linear =>
  new Linear({ inFeatures, outFeatures, weightInit: init.xavierUniform, biasInit: init.normal(1e-6) });

/** Learned tokens of normal distribution, or of zeros where `std` is 0. */
export function tokens(shape: number[], std: number): tf.Tensor {
  return init.fresh(shape, std > 0 ? init.normal(std) : init.zeros);
}

/** Puts a learned token in front of [batch, tokens, dim] without an operation that needs to know the batch size. */
export function prepend(token: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const count = x.shape[1] as number;
  return F.add(
    F.pad(x, [
      [0, 0],
      [1, 0],
      [0, 0],
    ]),
    F.pad(token, [
      [0, 0],
      [0, count],
      [0, 0],
    ]),
  );
}

/** Attention and two dense layers, each with a normalisation before and a shortcut. */
class EncoderBlock extends Module {
  readonly ln_1: LayerNorm;
  readonly self_attention: MultiheadAttention;
  readonly dropout = new Dropout(0);
  readonly ln_2: LayerNorm;
  readonly mlp: Sequential;

  constructor({ heads, hiddenDim, mlpDim }: VisionTransformerSettings) {
    super();
    this.ln_1 = norm(hiddenDim);
    this.self_attention = new MultiheadAttention({ embedDim: hiddenDim, numHeads: heads });
    this.ln_2 = norm(hiddenDim);
    this.mlp = new Sequential([
      dense(hiddenDim, mlpDim),
      new GELU(),
      new Dropout(0),
      dense(mlpDim, hiddenDim),
      new Dropout(0),
    ]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.add(this.dropout.forward(this.self_attention.forward(this.ln_1.forward(x))), x);
    return F.add(y, this.mlp.forward(this.ln_2.forward(y)));
  }
}

/** Adds positions and runs the blocks: [batch, tokens, hiddenDim] to the same shape. */
class Encoder extends Module {
  readonly dropout = new Dropout(0);
  readonly layers: Sequential;
  readonly ln: LayerNorm;

  constructor(settings: VisionTransformerSettings, length: number) {
    super();
    this.registerParameter('pos_embedding', tokens([1, length, settings.hiddenDim], 0.02));
    const blocks = Array.from(
      { length: settings.layers },
      (_, i) => [`encoder_layer_${i}`, new EncoderBlock(settings)] as const,
    );
    this.layers = new Sequential(Object.fromEntries(blocks));
    this.ln = norm(settings.hiddenDim);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.ln.forward(this.layers.forward(this.dropout.forward(F.add(x, this.value('pos_embedding')))));
  }
}

/** Vision Transformer (Dosovitskiy et al. 2021). Input [batch, imageSize, imageSize, 3]: its positions are learned for one size. */
export class VisionTransformer extends Module {
  readonly conv_proj: Conv2d;
  readonly encoder: Encoder;
  readonly heads: Sequential;
  private readonly settings: VisionTransformerSettings;

  constructor(settings: VisionTransformerSettings, numClasses: number) {
    super();
    this.settings = settings;
    const { imageSize, patchSize, hiddenDim } = settings;
    if (imageSize % patchSize)
      throw new Error(
        `VisionTransformer expects an imageSize that is a multiple of its patches of ${patchSize}x${patchSize}, got ${imageSize}.`,
      );
    this.registerParameter('class_token', tokens([1, 1, hiddenDim], 0));
    this.conv_proj = new Conv2d({
      inChannels: 3,
      outChannels: hiddenDim,
      kernelSize: patchSize,
      stride: patchSize,
      weightInit: init.normal(Math.sqrt(1 / (3 * patchSize ** 2))),
      biasInit: init.zeros,
    });
    this.encoder = new Encoder(settings, (imageSize / patchSize) ** 2 + 1);
    this.heads = new Sequential({
      head: new Linear({
        inFeatures: hiddenDim,
        outFeatures: numClasses,
        weightInit: init.zeros,
        biasInit: init.zeros,
      }),
    });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { imageSize, patchSize, hiddenDim } = this.settings;
    checkPicture(x, { model: 'VisionTransformer', size: imageSize });
    const patches = F.reshape(this.conv_proj.forward(x), [-1, (imageSize / patchSize) ** 2, hiddenDim]);
    const encoded = this.encoder.forward(prepend(this.value('class_token'), patches)); // [batch, 1 + patches, hiddenDim]
    return this.heads.forward(F.reshape(F.slice(encoded, [0, 0, 0], [-1, 1, -1]), [-1, hiddenDim]));
  }
}

// Dosovitskiy et al. 2021, table 1.
const BASE = { imageSize: 224, layers: 12, heads: 12, hiddenDim: 768, mlpDim: 3072 };
const LARGE = { imageSize: 224, layers: 24, heads: 16, hiddenDim: 1024, mlpDim: 4096 };
const HUGE = { imageSize: 224, layers: 32, heads: 16, hiddenDim: 1280, mlpDim: 5120 };
const TABLE = {
  vit_b_16: { ...BASE, patchSize: 16 },
  vit_b_32: { ...BASE, patchSize: 32 },
  vit_l_16: { ...LARGE, patchSize: 16 },
  vit_l_32: { ...LARGE, patchSize: 32 },
  vit_h_14: { ...HUGE, patchSize: 14 },
} satisfies Record<string, VisionTransformerSettings>;

export const vit = family({
  name: 'vit',
  kind: 'transformer',
  rows: TABLE,
  inputShape: ({ imageSize }) => [imageSize, imageSize, 3],
  choices: ({ imageSize }) => ({ imageSize }),
  build: (settings, numClasses, { imageSize }) => new VisionTransformer({ ...settings, imageSize }, numClasses),
});
