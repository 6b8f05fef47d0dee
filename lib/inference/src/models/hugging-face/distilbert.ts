import type { tf } from '../../backend';
import { Dropout, type Embedding, functional as F, type LayerNorm, type Linear, Module } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS } from '../families/hugging-face-activations';
import { attend, dense } from '../families/vit-huggingface-layers';
import { checkTokens, firstRows, firstToken, norm, table, TEXT_INPUTS, type TextSettings } from './text';

class Embeddings extends Module {
  readonly word_embeddings: Embedding;
  readonly position_embeddings: Embedding;
  readonly LayerNorm: LayerNorm;
  readonly dropout: Dropout;

  constructor(settings: TextSettings) {
    super();
    this.word_embeddings = table(settings.vocabulary, settings.hiddenSize, settings.paddingIndex);
    this.position_embeddings = table(settings.positions, settings.hiddenSize);
    this.LayerNorm = norm(settings);
    this.dropout = new Dropout(settings.hiddenDropout);
  }

  forward(ids: tf.Tensor): tf.Tensor {
    const positions = firstRows(this.position_embeddings, ids.shape[1] as number);
    return this.dropout.forward(this.LayerNorm.forward(F.add(this.word_embeddings.forward(ids), positions)));
  }
}

class Attention extends Module {
  readonly q_lin: Linear;
  readonly k_lin: Linear;
  readonly v_lin: Linear;
  readonly out_lin: Linear;
  readonly dropout: Dropout;

  constructor(private readonly settings: TextSettings) {
    super();
    const { hiddenSize } = settings;
    this.q_lin = dense(hiddenSize, hiddenSize);
    this.k_lin = dense(hiddenSize, hiddenSize);
    this.v_lin = dense(hiddenSize, hiddenSize);
    this.out_lin = dense(hiddenSize, hiddenSize);
    this.dropout = new Dropout(settings.attentionDropout);
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    const mixed = attend(x, [this.q_lin, this.k_lin, this.v_lin], this.settings, {
      bias,
      dropout: (weights) => this.dropout.forward(weights),
    });
    return this.out_lin.forward(mixed);
  }
}

class FeedForward extends Module {
  readonly lin1: Linear;
  readonly lin2: Linear;
  readonly activation: Module;
  readonly dropout: Dropout;

  constructor({ hiddenSize, intermediateSize, activation, hiddenDropout }: TextSettings) {
    super();
    this.lin1 = dense(hiddenSize, intermediateSize);
    this.lin2 = dense(intermediateSize, hiddenSize);
    this.activation = HUGGING_FACE_ACTIVATIONS[activation]();
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.dropout.forward(this.lin2.forward(this.activation.forward(this.lin1.forward(x))));
  }
}

class Block extends Module {
  readonly attention: Attention;
  readonly sa_layer_norm: LayerNorm;
  readonly ffn: FeedForward;
  readonly output_layer_norm: LayerNorm;

  constructor(settings: TextSettings) {
    super();
    this.attention = new Attention(settings);
    this.sa_layer_norm = norm(settings);
    this.ffn = new FeedForward(settings);
    this.output_layer_norm = norm(settings);
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    const y = this.sa_layer_norm.forward(F.add(this.attention.forward(x, bias), x));
    return this.output_layer_norm.forward(F.add(this.ffn.forward(y), y));
  }
}

class Transformer extends Module {
  readonly layer: readonly Block[];

  constructor(settings: TextSettings) {
    super();
    this.layer = Array.from({ length: settings.layers }, () => new Block(settings));
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    return this.layer.reduce((y, block) => block.forward(y, bias), x);
  }
}

/**
 * DistilBERT (Sanh et al. 2019) without a head, with the names that Hugging Face's `DistilBertModel` gives its entries:
 * token numbers [batch, tokens] to a vector for each token, [batch, tokens, hiddenSize].
 */
export class DistilBertModel extends Module {
  override readonly inputNames = TEXT_INPUTS.slice(0, 2);
  readonly embeddings: Embeddings;
  readonly transformer: Transformer;

  constructor(readonly settings: TextSettings) {
    super();
    this.embeddings = new Embeddings(settings);
    this.transformer = new Transformer(settings);
  }

  /**
   * @param ids numbers of the tokens, int32 [batch, tokens]
   * @param mask 1 for tokens, 0 for padding, int32 of the same shape. Default: there is no padding
   * @throws for other shapes and types, kinds of tokens, which only BERT has, more tokens than the network has positions
   *   for, and unknown token numbers
   */
  forward(ids: tf.Tensor, mask?: tf.Tensor | null, ...more: tf.Tensor[]): tf.Tensor {
    if (more.some(Boolean))
      throw new Error(
        'DistilBERT has no kinds of tokens: give it the token numbers and, where texts are padded, a mask.',
      );
    checkTokens('DistilBERT', ids, { mask }, this.settings);
    return this.transformer.forward(this.embeddings.forward(ids), mask ? F.attentionBias(mask) : null);
  }
}

/** Settings of {@link DistilBertForSequenceClassification}. */
export interface DistilBertClassifierSettings extends TextSettings {
  classifierDropout: number;
  /** Names of the classes, in the order of the logits. */
  labels: readonly string[];
}

/** DistilBERT with two dense layers on the first token, one logit for each class: Hugging Face's class of that name. */
export class DistilBertForSequenceClassification extends Module {
  override readonly inputNames = TEXT_INPUTS.slice(0, 2);
  readonly distilbert: DistilBertModel;
  readonly pre_classifier: Linear;
  readonly classifier: Linear;
  readonly dropout: Dropout;

  constructor(readonly settings: DistilBertClassifierSettings) {
    super();
    const { hiddenSize, labels, classifierDropout } = settings;
    this.distilbert = new DistilBertModel(settings);
    this.pre_classifier = dense(hiddenSize, hiddenSize);
    this.classifier = dense(hiddenSize, labels.length);
    this.dropout = new Dropout(classifierDropout);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  /** Logits [batch, classes]; arguments as those of {@link DistilBertModel.forward}. */
  forward(ids: tf.Tensor, mask?: tf.Tensor | null, ...more: tf.Tensor[]): tf.Tensor {
    const pooled = F.relu(this.pre_classifier.forward(firstToken(this.distilbert.forward(ids, mask, ...more))));
    return this.classifier.forward(this.dropout.forward(pooled));
  }
}
