import type { HuggingFaceVitSettings } from '../models';

type Json = Readonly<Record<string, unknown>>;

function positive(config: Json, name: string, fallback?: number): number {
  const value = config[name] ?? fallback;
  if (!Number.isInteger(value) || (value as number) < 1)
    throw new Error(`${name} must be a positive integer, got ${JSON.stringify(value)}`);
  return value as number;
}

function share(config: Json, name: string): number {
  const value = config[name] ?? 0;
  if (typeof value !== 'number' || !(value >= 0 && value < 1))
    throw new Error(`${name} must be a number from 0 to below 1, got ${JSON.stringify(value)}`);
  return value;
}

/** Names by class number, from `id2label`, or `LABEL_i` for `num_labels` classes, two where neither is there. */
function labels({ id2label, num_labels: count = 2 }: Json): string[] {
  if (id2label === undefined || id2label === null)
    return Array.from({ length: positive({ count }, 'count') }, (_, i) => `LABEL_${i}`);
  const names = id2label as Readonly<Record<string, unknown>>;
  const list = Array.from({ length: Object.keys(names).length }, (_, i) => names[i]);
  if (!list.length || list.some((name) => typeof name !== 'string'))
    throw new Error('id2label must name the classes 0, 1, 2 ... without a gap');
  return list as string[];
}

function epsilon({ layer_norm_eps: value = 1e-12 }: Json): number {
  if (typeof value !== 'number' || !(value > 0))
    throw new Error(`layer_norm_eps must be a positive number, got ${JSON.stringify(value)}`);
  return value;
}

/** Reads the config.json of a `ViTForImageClassification`; what it leaves out has the defaults of Hugging Face's `ViTConfig`. */
export function vitSettings(config: Json): HuggingFaceVitSettings {
  const { model_type: type, hidden_act: activation = 'gelu', qkv_bias: qkvBias = true } = config;
  if (type !== 'vit')
    throw new Error(`model_type must be 'vit' (a ViTForImageClassification), got ${JSON.stringify(type)}`);
  if (activation !== 'gelu' && activation !== 'relu')
    throw new Error(`hidden_act must be 'gelu' or 'relu', got ${JSON.stringify(activation)}`);
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
    throw new Error(`image_size ${settings.imageSize} must be a multiple of patch_size ${settings.patchSize}`);
  if (settings.hiddenSize % settings.heads)
    throw new Error(`hidden_size ${settings.hiddenSize} must be a multiple of num_attention_heads ${settings.heads}`);
  return {
    ...settings,
    activation,
    epsilon: epsilon(config),
    qkvBias: Boolean(qkvBias),
    labels: labels(config),
    hiddenDropout: share(config, 'hidden_dropout_prob'),
    attentionDropout: share(config, 'attention_probs_dropout_prob'),
  };
}
