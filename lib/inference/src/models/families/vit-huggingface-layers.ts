import type { tf } from '../../backend';
import { Dropout, functional as F, init, LayerNorm, Linear, Module, splitHeads } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS, type HuggingFaceActivation } from './hugging-face-activations';

/** Sizes of a `ViTForImageClassification`, as its config.json gives them. */
export interface HuggingFaceVitSettings {
  /** Edge of the pictures in pixels, or [height, width]. */
  imageSize: number | readonly [number, number];
  /** Edge of a patch in pixels, or [height, width]; what is left of a picture beside whole patches is not seen. */
  patchSize: number | readonly [number, number];
  channels: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  activation: HuggingFaceActivation;
  epsilon: number;
  /** Whether queries, keys and values have biases. */
  qkvBias: boolean;
  hiddenDropout: number;
  attentionDropout: number;
  /** Names of the classes, in the order of the logits. */
  labels: readonly string[];
}

/** Standard deviation of fresh weights: the default of Hugging Face's `initializer_range`. */
export const INITIALIZER_RANGE = 0.02;
export const weightInit = init.normal(INITIALIZER_RANGE);
export const dense = (inFeatures: number, outFeatures: number, bias = true): Linear =>
  new Linear({ inFeatures, outFeatures, bias, weightInit, biasInit: init.zeros });

/** A dense layer under the name `dense`. */
export class Dense extends Module {
  readonly dense: Linear;
  constructor(inFeatures: number, outFeatures: number) {
    super();
    this.dense = dense(inFeatures, outFeatures);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.dense.forward(x);
  }
}

/** What attention needs to know of its network; heads and width change when heads are pruned. */
export interface AttentionSettings {
  heads: number;
  hiddenSize: number;
  attentionDropout: number;
}

/** Attention of [batch, tokens, size] by layers that make queries, keys and values: to [batch, tokens, hiddenSize]. */
export function attend(
  x: tf.Tensor,
  layers: readonly [query: Linear, key: Linear, value: Linear],
  { heads, hiddenSize }: AttentionSettings,
  options: F.AttentionOptions = {},
): tf.Tensor {
  const [q, k, v] = layers.map((layer) => splitHeads(layer.forward(x), 1, heads)[0]);
  const mixed = F.scaledDotProductAttention(q, k, v, options);
  return F.reshape(F.transpose(mixed, [0, 2, 1, 3]), [-1, x.shape[1] as number, hiddenSize]);
}

/** Self-attention with the names `query`, `key` and `value`. */
export class SelfAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value_: Linear;
  readonly dropout: Dropout;

  constructor(private readonly settings: AttentionSettings & { qkvBias: boolean }) {
    super();
    const { hiddenSize, qkvBias, attentionDropout } = settings;
    this.query = dense(hiddenSize, hiddenSize, qkvBias);
    this.key = dense(hiddenSize, hiddenSize, qkvBias);
    this.value_ = dense(hiddenSize, hiddenSize, qkvBias);
    this.dropout = new Dropout(attentionDropout);
  }

  /** `value` is taken by `Module`'s own method, so the child has another property behind the same name. */
  override namedChildren(): Array<[string, Module]> {
    return super.namedChildren().map(([name, child]) => [name === 'value_' ? 'value' : name, child]);
  }

  /** @param bias is added to the scores */
  forward(x: tf.Tensor, bias: tf.Tensor | null = null): tf.Tensor {
    return attend(x, [this.query, this.key, this.value_], this.settings, {
      bias,
      dropout: (weights) => this.dropout.forward(weights),
    });
  }
}

class Attention extends Module {
  readonly attention: SelfAttention;
  readonly output: Dense;

  constructor(settings: HuggingFaceVitSettings) {
    super();
    this.attention = new SelfAttention(settings);
    this.output = new Dense(settings.hiddenSize, settings.hiddenSize);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.output.forward(this.attention.forward(x));
  }
}

/** Attention and two dense layers, each with a normalisation before and a shortcut. */
export class Layer extends Module {
  readonly attention: Attention;
  readonly intermediate: Dense;
  readonly output: Dense;
  readonly layernorm_before: LayerNorm;
  readonly layernorm_after: LayerNorm;
  readonly activation: Module;
  readonly dropout: Dropout;

  constructor(settings: HuggingFaceVitSettings) {
    super();
    const { hiddenSize, intermediateSize, epsilon, activation, hiddenDropout } = settings;
    this.attention = new Attention(settings);
    this.intermediate = new Dense(hiddenSize, intermediateSize);
    this.output = new Dense(intermediateSize, hiddenSize);
    this.layernorm_before = new LayerNorm({ features: hiddenSize, epsilon });
    this.layernorm_after = new LayerNorm({ features: hiddenSize, epsilon });
    this.activation = HUGGING_FACE_ACTIVATIONS[activation]();
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.add(x, this.dropout.forward(this.attention.forward(this.layernorm_before.forward(x))));
    const hidden = this.activation.forward(this.intermediate.forward(this.layernorm_after.forward(y)));
    return F.add(y, this.dropout.forward(this.output.forward(hidden)));
  }
}
