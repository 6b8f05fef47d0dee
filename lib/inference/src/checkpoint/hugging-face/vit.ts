import { got } from '../../check';
import type { JsonObject } from '../../json';
import { patchCount, type HuggingFaceVitSettings } from '../../models';
import { functional as F } from '../../nn';
import { architecture, type ExpectedShapes } from './architecture';
import { activation, edges, epsilon, labels, positive, share } from './fields';
import { PretrainedDeiT, PretrainedDeiTWithTeacher, PretrainedViT } from './pretrained';

/** What a config leaves out has the defaults of Hugging Face's `ViTConfig`, which are those of `DeiTConfig`. */
function vitSettings(config: JsonObject): HuggingFaceVitSettings {
  const { qkv_bias: qkvBias = true } = config;
  const settings = {
    imageSize: edges(config, 'image_size', 224),
    patchSize: edges(config, 'patch_size', 16),
    channels: positive(config, 'num_channels', 3),
    hiddenSize: positive(config, 'hidden_size', 768),
    layers: positive(config, 'num_hidden_layers', 12),
    heads: positive(config, 'num_attention_heads', 12),
    intermediateSize: positive(config, 'intermediate_size', 3072),
  };
  if (patchCount(settings) < 1)
    throw new Error(
      `patch_size ${got(settings.patchSize)} must not be larger than image_size ${got(settings.imageSize)}.`,
    );
  if (settings.hiddenSize % settings.heads)
    throw new Error(`hidden_size ${settings.hiddenSize} must be a multiple of num_attention_heads ${settings.heads}.`);
  return {
    ...settings,
    activation: activation(config, 'hidden_act', 'gelu'),
    epsilon: epsilon(config, 'layer_norm_eps', 1e-12),
    qkvBias: Boolean(qkvBias),
    labels: labels(config),
    hiddenDropout: share(config, 'hidden_dropout_prob'),
    attentionDropout: share(config, 'attention_probs_dropout_prob'),
  };
}

/** Entries with all sizes of a config. @param extra tokens beside those of patches @param head its layer's name */
function expectedShapes(settings: HuggingFaceVitSettings, at: string, extra: number, head: string): ExpectedShapes {
  const { hiddenSize, channels, intermediateSize, layers, labels: names, patchSize } = settings;
  return [
    [`${at}.embeddings.cls_token`, [1, 1, hiddenSize]],
    [`${at}.embeddings.position_embeddings`, [1, patchCount(settings) + extra, hiddenSize]],
    [`${at}.embeddings.patch_embeddings.projection.weight`, [hiddenSize, channels, ...F.pair(patchSize)]],
    [`${at}.encoder.layer.${layers - 1}.intermediate.dense.weight`, [intermediateSize, hiddenSize]],
    [`${head}.weight`, [names.length, hiddenSize]],
  ];
}

export const vit = architecture({
  type: 'vit',
  classes: ['ViTForImageClassification'],
  takesPictures: true,
  usual: ['vit.embeddings.cls_token', 'classifier.weight'],
  settings: vitSettings,
  expected: (settings) => expectedShapes(settings, 'vit', 1, 'classifier'),
  build: (settings) => new PretrainedViT(settings),
});

const TEACHER = 'DeiTForImageClassificationWithTeacher';

export const deit = architecture({
  type: 'deit',
  classes: ['DeiTForImageClassification', TEACHER],
  takesPictures: true,
  usual: ['deit.embeddings.cls_token', 'classifier.weight', 'cls_classifier.weight'],
  settings: (config, className) => ({ ...vitSettings(config), hasTeacher: className === TEACHER }),
  expected: (settings) => expectedShapes(settings, 'deit', 2, settings.hasTeacher ? 'cls_classifier' : 'classifier'),
  build: ({ hasTeacher, ...settings }) =>
    hasTeacher ? new PretrainedDeiTWithTeacher(settings) : new PretrainedDeiT(settings),
});
