import { finite, integer, number, oneOf } from '../check';
import { genericLabels, type HuggingFaceVitSettings } from '../models';
import type { JsonObject } from '../json';

function positive(config: JsonObject, name: string, fallback?: number): number {
  return integer(name, config[name] ?? fallback, { min: 1 });
}

function share(config: JsonObject, name: string): number {
  return number(name, config[name] ?? 0, { min: 0, below: 1 });
}

/** Names by class number, from `id2label`, or `LABEL_i` for `num_labels` classes, two where neither is there. */
function labels({ id2label, num_labels: count = 2 }: JsonObject): string[] {
  if (id2label === undefined || id2label === null) return genericLabels(positive({ count }, 'count'));
  const names = id2label as Readonly<Record<string, unknown>>;
  const list = Array.from({ length: Object.keys(names).length }, (_, i) => names[i]);
  if (!list.length || list.some((name) => typeof name !== 'string'))
    throw new Error('id2label must name the classes 0, 1, 2 ... without a gap.');
  return list as string[];
}

/** Reads the config.json of a `ViTForImageClassification`; what it leaves out has the defaults of Hugging Face's `ViTConfig`. */
export function vitSettings(config: JsonObject): HuggingFaceVitSettings {
  const { model_type: type, hidden_act: activation = 'gelu', qkv_bias: qkvBias = true } = config;
  oneOf('model_type', type, ['vit'], { hint: 'only a ViTForImageClassification can be read' });
  const settings = {
    imageSize: positive(config, 'image_size', 224),
    patchSize: positive(config, 'patch_size', 16),
    channels: positive(config, 'num_channels', 3),
    hiddenSize: positive(config, 'hidden_size', 768),
    layers: positive(config, 'num_hidden_layers', 12),
    heads: positive(config, 'num_attention_heads', 12),
    intermediateSize: positive(config, 'intermediate_size', 3072),
  };
  if (settings.imageSize % settings.patchSize)
    throw new Error(`image_size ${settings.imageSize} must be a multiple of patch_size ${settings.patchSize}.`);
  if (settings.hiddenSize % settings.heads)
    throw new Error(`hidden_size ${settings.hiddenSize} must be a multiple of num_attention_heads ${settings.heads}.`);
  return {
    ...settings,
    activation: oneOf('hidden_act', activation, ['gelu', 'relu']),
    epsilon: finite('layer_norm_eps', config.layer_norm_eps ?? 1e-12, { above: 0 }),
    qkvBias: Boolean(qkvBias),
    labels: labels(config),
    hiddenDropout: share(config, 'hidden_dropout_prob'),
    attentionDropout: share(config, 'attention_probs_dropout_prob'),
  };
}
