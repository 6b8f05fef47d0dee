import { finite, got, integer, number, oneOf } from '../check';
import { isObject, type JsonObject } from '../json';
import {
  genericLabels,
  HUGGING_FACE_ACTIVATIONS,
  patchCount,
  type HuggingFaceActivation,
  type HuggingFaceVitSettings,
} from '../models';

function positive(config: JsonObject, name: string, fallback?: number): number {
  return integer(name, config[name] ?? fallback, { min: 1 });
}

function share(config: JsonObject, name: string): number {
  return number(name, config[name] ?? 0, { min: 0, below: 1 });
}

/** Edges or patches beyond would need more memory than any machine has. */
const LONGEST_EDGE = 65_536;

/** One number for both edges, or a list [height, width]. */
function edges(config: JsonObject, name: string, fallback: number): number | readonly [number, number] {
  const value = config[name] ?? fallback;
  const [height, width, ...more] = (Array.isArray(value) ? value : [value, value]) as unknown[];
  const hint = `give a number or [height, width], here ${got(value)}`;
  const pair = [height, width].map((n) => integer(name, n, { min: 1, max: LONGEST_EDGE, hint }));
  if (more.length > 0) throw new Error(`${name} must be a number or [height, width], got ${got(value)}.`);
  return pair[0] === pair[1] ? pair[0] : [pair[0], pair[1]];
}

/**
 * Names by class number, from `id2label`, or `LABEL_i` for `num_labels` classes, two where neither is there. As many
 * classes as `id2label` has names; a class whose number it leaves out is `LABEL_i`, and names of numbers beyond go.
 */
function labels({ id2label, num_labels: count }: JsonObject): string[] {
  if (id2label === undefined || id2label === null) return genericLabels(positive({ count }, 'count', 2));
  if (!isObject(id2label)) throw new Error(`id2label must map class numbers to names, got ${got(id2label)}.`);
  const names = new Map(Object.entries(id2label).map(([key, name]) => [classNumber(key), className(key, name)]));
  if (names.size === 0) throw new Error('id2label must name at least one class, got {}.');
  if (count !== undefined && count !== null && count !== names.size) return genericLabels(positive({ count }, 'count'));
  return genericLabels(names.size).map((generic, i) => names.get(i) ?? generic);
}

function classNumber(key: string): number {
  if (/^\d+$/.test(key)) return Number(key);
  throw new Error(`id2label must have class numbers as keys, got ${got(key)}.`);
}

function className(key: string, name: unknown): string {
  if (typeof name === 'string' || typeof name === 'number') return String(name);
  throw new Error(`id2label must give class ${key} a text or a number, got ${got(name)}.`);
}

/** Reads the config.json of a `ViTForImageClassification`; what it leaves out has the defaults of Hugging Face's `ViTConfig`. */
export function vitSettings(config: JsonObject): HuggingFaceVitSettings {
  const { model_type: type, hidden_act: activation = 'gelu', qkv_bias: qkvBias = true } = config;
  oneOf('model_type', type, ['vit'], { hint: 'only a ViTForImageClassification can be read' });
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
    activation: oneOf('hidden_act', activation, Object.keys(HUGGING_FACE_ACTIVATIONS) as HuggingFaceActivation[]),
    epsilon: finite('layer_norm_eps', config.layer_norm_eps ?? 1e-12, { above: 0 }),
    qkvBias: Boolean(qkvBias),
    labels: labels(config),
    hiddenDropout: share(config, 'hidden_dropout_prob'),
    attentionDropout: share(config, 'attention_probs_dropout_prob'),
  };
}
