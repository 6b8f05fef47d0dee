import { tf } from '../backend';
import {
  Conv2d,
  Dropout,
  functional as F,
  GELU,
  init,
  LayerNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
  splitHeads,
} from '../nn';
import { checkPicture } from './picture';
import { prepend } from './vit';

/** Sizes of a `ViTForImageClassification`, as its config.json gives them. */
export interface HuggingFaceVitSettings {
  imageSize: number;
  patchSize: number;
  channels: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  activation: 'gelu' | 'relu';
  epsilon: number;
  /** Whether queries, keys and values have biases. */
  qkvBias: boolean;
  hiddenDropout: number;
  attentionDropout: number;
  /** Names of the classes, in the order of the logits. */
  labels: readonly string[];
}

// Hugging Face's initializer_range.
const weightInit = init.normal(0.02);
const dense = (inFeatures: number, outFeatures: number, bias = true): Linear =>
  new Linear({ inFeatures, outFeatures, bias, weightInit, biasInit: init.zeros });

function tokens(shape: number[]): tf.Tensor {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  weightInit(values, { in: 1, out: 1 });
  return tf.tensor(values, shape);
}

/** Children only, for names such as `attention.output.dense`. */
class Group extends Module {
  forward(): tf.Tensor {
    throw new Error('This module only groups others: call forward of its children.');
  }
}

/** A dense layer under the name `dense`. */
class Dense extends Module {
  readonly dense: Linear;
  constructor(inFeatures: number, outFeatures: number) {
    super();
    this.dense = dense(inFeatures, outFeatures);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.dense.forward(x);
  }
}

class SelfAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value_: Linear;
  readonly dropout: Dropout;

  constructor(private readonly settings: HuggingFaceVitSettings) {
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

  forward(x: tf.Tensor): tf.Tensor {
    const { heads, hiddenSize } = this.settings;
    const [q, k, v] = [this.query, this.key, this.value_].map((layer) => splitHeads(layer.forward(x), 1, heads)[0]);
    const mixed =
      this.training && this.dropout.p > 0 ? this.attendWithDropout(q, k, v) : F.scaledDotProductAttention(q, k, v);
    return F.reshape(F.transpose(mixed, [0, 2, 1, 3]), [-1, x.shape[1] as number, hiddenSize]);
  }

  private attendWithDropout(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
    const scaled = F.multiply(q, F.constant([1 / Math.sqrt(q.shape[3] as number)], [1]));
    return F.matmul(this.dropout.forward(F.softmax(F.matmul(scaled, k, { transposeB: true }))), v);
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
class Layer extends Module {
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
    this.activation = activation === 'gelu' ? new GELU() : new ReLU();
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.add(x, this.dropout.forward(this.attention.forward(this.layernorm_before.forward(x))));
    const hidden = this.activation.forward(this.intermediate.forward(this.layernorm_after.forward(y)));
    return F.add(y, this.dropout.forward(this.output.forward(hidden)));
  }
}

class Embeddings extends Module {
  readonly patch_embeddings: Group & { projection: Conv2d };
  readonly dropout: Dropout;

  constructor(private readonly settings: HuggingFaceVitSettings) {
    super();
    const { imageSize, patchSize, channels, hiddenSize, hiddenDropout } = settings;
    this.registerParameter('cls_token', tokens([1, 1, hiddenSize]));
    this.registerParameter('position_embeddings', tokens([1, (imageSize / patchSize) ** 2 + 1, hiddenSize]));
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
    const { imageSize, patchSize, hiddenSize } = this.settings;
    const patches = F.reshape(this.patch_embeddings.projection.forward(x), [
      -1,
      (imageSize / patchSize) ** 2,
      hiddenSize,
    ]);
    return this.dropout.forward(F.add(prepend(this.value('cls_token'), patches), this.value('position_embeddings')));
  }
}

class Body extends Module {
  readonly embeddings: Embeddings;
  readonly encoder: Group & { layer: Sequential };
  readonly layernorm: LayerNorm;

  constructor(settings: HuggingFaceVitSettings) {
    super();
    this.embeddings = new Embeddings(settings);
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
