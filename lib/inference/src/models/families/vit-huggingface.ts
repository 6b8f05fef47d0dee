import type { tf } from '../../backend';
import { Conv2d, Dropout, functional as F, init, LayerNorm, type Linear, Module, Sequential } from '../../nn';
import { family } from '../family';
import { Group } from '../hugging-face/group';
import { checkPicture } from './picture';
import { prepend, tokens } from './vit';
import { dense, type HuggingFaceVitSettings, INITIALIZER_RANGE, Layer, weightInit } from './vit-huggingface-layers';

export type { HuggingFaceVitSettings };

/** Names of classes that nobody named, as Hugging Face writes them: LABEL_0, LABEL_1 and so on. */
export const genericLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `LABEL_${i}`);

type Sizes = Pick<HuggingFaceVitSettings, 'imageSize' | 'patchSize'>;

/** Rows and columns of whole patches in a picture. */
export function patchGrid({ imageSize, patchSize }: Sizes): readonly [rows: number, columns: number] {
  const [height, width] = F.pair(imageSize);
  const [rows, columns] = F.pair(patchSize);
  return [Math.floor(height / rows), Math.floor(width / columns)];
}

/** Patches in a picture. */
export function patchCount(sizes: Sizes): number {
  const [rows, columns] = patchGrid(sizes);
  return rows * columns;
}

class Embeddings extends Module {
  readonly patch_embeddings: Group & { projection: Conv2d };
  readonly dropout: Dropout;

  constructor(
    private readonly settings: HuggingFaceVitSettings,
    private readonly distilled: boolean,
  ) {
    super();
    const { patchSize, channels, hiddenSize, hiddenDropout } = settings;
    const positions = patchCount(settings) + (distilled ? 2 : 1);
    this.registerParameter('cls_token', tokens([1, 1, hiddenSize], INITIALIZER_RANGE));
    if (distilled) this.registerParameter('distillation_token', tokens([1, 1, hiddenSize], INITIALIZER_RANGE));
    this.registerParameter('position_embeddings', tokens([1, positions, hiddenSize], INITIALIZER_RANGE));
    const projection = new Conv2d({
      inChannels: channels,
      outChannels: hiddenSize,
      kernelSize: patchSize,
      stride: patchSize,
      weightInit,
      biasInit: init.zeros,
    });
    this.patch_embeddings = Object.assign(new Group(), { projection });
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const patches = F.reshape(this.patch_embeddings.projection.forward(x), [
      -1,
      patchCount(this.settings),
      this.settings.hiddenSize,
    ]);
    const more = this.distilled ? prepend(this.value('distillation_token'), patches) : patches;
    return this.dropout.forward(F.add(prepend(this.value('cls_token'), more), this.value('position_embeddings')));
  }
}

/** A ViT without a head: pictures to the tokens of its last layer, normalised. */
export class Body extends Module {
  readonly embeddings: Embeddings;
  readonly encoder: Group & { layer: Sequential };
  readonly layernorm: LayerNorm;

  /** @param options.distilled whether a second token, behind that of the class, learns from a teacher. Default false */
  constructor(settings: HuggingFaceVitSettings, { distilled = false }: { distilled?: boolean } = {}) {
    super();
    this.embeddings = new Embeddings(settings, distilled);
    const layer = new Sequential(Array.from({ length: settings.layers }, () => new Layer(settings)));
    this.encoder = Object.assign(new Group(), { layer });
    this.layernorm = new LayerNorm({ features: settings.hiddenSize, epsilon: settings.epsilon });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layernorm.forward(this.encoder.layer.forward(this.embeddings.forward(x)));
  }
}

/**
 * Vision Transformer with the names that Hugging Face's `ViTForImageClassification` gives its entries.
 * Input [batch, imageSize, imageSize, channels], output one logit per label.
 */
export class ViTForImageClassification extends Module {
  readonly vit: Body;
  readonly classifier: Linear;

  constructor(readonly settings: HuggingFaceVitSettings) {
    super();
    this.vit = new Body(settings);
    this.classifier = dense(settings.hiddenSize, settings.labels.length);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { imageSize, channels, hiddenSize } = this.settings;
    checkPicture(x, { model: 'ViTForImageClassification', size: imageSize, channels });
    return this.classifier.forward(F.reshape(F.slice(this.vit.forward(x), [0, 0, 0], [-1, 1, -1]), [-1, hiddenSize]));
  }
}

// google/vit-base-patch16-224: Hugging Face's own defaults; other sizes come from a config.json.
const BASE = {
  imageSize: 224,
  patchSize: 16,
  channels: 3,
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  intermediateSize: 3072,
  activation: 'gelu',
  epsilon: 1e-12,
  qkvBias: true,
  hiddenDropout: 0,
  attentionDropout: 0,
} satisfies Omit<HuggingFaceVitSettings, 'labels'>;

export const vitHuggingFace = family({
  name: 'vit_hugging_face',
  kind: 'transformer',
  rows: { vit_base_patch16_224: BASE },
  inputShape: ({ imageSize, channels }) => [...F.pair(imageSize), channels],
  build: (settings, numClasses) => new ViTForImageClassification({ ...settings, labels: genericLabels(numClasses) }),
});
