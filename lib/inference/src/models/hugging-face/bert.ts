import type { tf } from '../../backend';
import { Dropout, type Embedding, functional as F, type LayerNorm, type Linear, Module } from '../../nn';
import { HUGGING_FACE_ACTIVATIONS } from '../families/hugging-face-activations';
import { Dense, dense, SelfAttention } from '../families/vit-huggingface-layers';
import { checkTokens, firstRows, firstToken, norm, table, TEXT_INPUTS, type TextSettings } from './text';

/** Sizes of a BERT (Devlin et al. 2019), as its config.json gives them. */
export interface BertSettings extends TextSettings {
  /** Kinds of tokens, such as those of the first and the second sentence. */
  tokenTypes: number;
}

class Embeddings extends Module {
  readonly word_embeddings: Embedding;
  readonly position_embeddings: Embedding;
  readonly token_type_embeddings: Embedding;
  readonly LayerNorm: LayerNorm;
  readonly dropout: Dropout;

  constructor(settings: BertSettings) {
    super();
    const { vocabulary, positions, tokenTypes, hiddenSize, paddingIndex, hiddenDropout } = settings;
    this.word_embeddings = table(vocabulary, hiddenSize, paddingIndex);
    this.position_embeddings = table(positions, hiddenSize);
    this.token_type_embeddings = table(tokenTypes, hiddenSize);
    this.LayerNorm = norm(settings);
    this.dropout = new Dropout(hiddenDropout);
  }

  forward(ids: tf.Tensor, tokenTypeIds?: tf.Tensor | null): tf.Tensor {
    const types = tokenTypeIds
      ? this.token_type_embeddings.forward(tokenTypeIds)
      : firstRows(this.token_type_embeddings, 1);
    const words = F.add(this.word_embeddings.forward(ids), types);
    const x = F.add(words, firstRows(this.position_embeddings, ids.shape[1] as number));
    return this.dropout.forward(this.LayerNorm.forward(x));
  }
}

/** A dense layer, a shortcut, and a normalisation after both. */
class Output extends Module {
  readonly dense: Linear;
  readonly LayerNorm: LayerNorm;
  readonly dropout: Dropout;

  constructor(inFeatures: number, settings: BertSettings) {
    super();
    this.dense = dense(inFeatures, settings.hiddenSize);
    this.LayerNorm = norm(settings);
    this.dropout = new Dropout(settings.hiddenDropout);
  }

  forward(x: tf.Tensor, shortcut: tf.Tensor): tf.Tensor {
    return this.LayerNorm.forward(F.add(this.dropout.forward(this.dense.forward(x)), shortcut));
  }
}

class Attention extends Module {
  readonly self: SelfAttention;
  readonly output: Output;

  constructor(settings: BertSettings) {
    super();
    this.self = new SelfAttention({ ...settings, qkvBias: true });
    this.output = new Output(settings.hiddenSize, settings);
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    return this.output.forward(this.self.forward(x, bias), x);
  }
}

class Layer extends Module {
  readonly attention: Attention;
  readonly intermediate: Dense;
  readonly output: Output;
  readonly activation: Module;

  constructor(settings: BertSettings) {
    super();
    this.attention = new Attention(settings);
    this.intermediate = new Dense(settings.hiddenSize, settings.intermediateSize);
    this.output = new Output(settings.intermediateSize, settings);
    this.activation = HUGGING_FACE_ACTIVATIONS[settings.activation]();
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    const y = this.attention.forward(x, bias);
    return this.output.forward(this.activation.forward(this.intermediate.forward(y)), y);
  }
}

class Encoder extends Module {
  readonly layer: readonly Layer[];

  constructor(settings: BertSettings) {
    super();
    this.layer = Array.from({ length: settings.layers }, () => new Layer(settings));
  }

  forward(x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
    return this.layer.reduce((y, layer) => layer.forward(y, bias), x);
  }
}

class Pooler extends Module {
  readonly dense: Linear;

  constructor(hiddenSize: number) {
    super();
    this.dense = dense(hiddenSize, hiddenSize);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return F.tanh(this.dense.forward(firstToken(x)));
  }
}

/**
 * BERT without a head, with the names that Hugging Face's `BertModel` gives its entries: token numbers [batch, tokens] to
 * one vector for each text, [batch, hiddenSize] (the `pooler_output`).
 */
export class BertModel extends Module {
  override readonly inputNames = TEXT_INPUTS;
  readonly embeddings: Embeddings;
  readonly encoder: Encoder;
  readonly pooler: Pooler;

  constructor(readonly settings: BertSettings) {
    super();
    this.embeddings = new Embeddings(settings);
    this.encoder = new Encoder(settings);
    this.pooler = new Pooler(settings.hiddenSize);
  }

  /**
   * @param ids numbers of the tokens, int32 [batch, tokens]
   * @param mask 1 for tokens, 0 for padding, int32 of the same shape. Default: there is no padding
   * @param tokenTypeIds kinds of the tokens, int32 of the same shape. Default: all are of kind 0
   * @throws for other shapes and types, more tokens than the network has positions for, and unknown token numbers
   */
  forward(ids: tf.Tensor, mask?: tf.Tensor | null, tokenTypeIds?: tf.Tensor | null): tf.Tensor {
    checkTokens('BERT', ids, { mask, tokenTypeIds }, this.settings);
    const x = this.embeddings.forward(ids, tokenTypeIds);
    return this.pooler.forward(this.encoder.forward(x, mask ? F.attentionBias(mask) : null));
  }
}

/** Settings of {@link BertForSequenceClassification}. */
export interface BertClassifierSettings extends BertSettings {
  classifierDropout: number;
  /** Names of the classes, in the order of the logits. */
  labels: readonly string[];
}

/** BERT with a dense layer on its pooled output, one logit for each class: Hugging Face's class of that name. */
export class BertForSequenceClassification extends Module {
  override readonly inputNames = TEXT_INPUTS;
  readonly bert: BertModel;
  readonly dropout: Dropout;
  readonly classifier: Linear;

  constructor(readonly settings: BertClassifierSettings) {
    super();
    this.bert = new BertModel(settings);
    this.dropout = new Dropout(settings.classifierDropout);
    this.classifier = dense(settings.hiddenSize, settings.labels.length);
  }

  /** Names of the classes, in the order of the logits. */
  get labels(): readonly string[] {
    return this.settings.labels;
  }

  /** Logits [batch, classes]; arguments as those of {@link BertModel.forward}. */
  forward(ids: tf.Tensor, mask?: tf.Tensor | null, tokenTypeIds?: tf.Tensor | null): tf.Tensor {
    return this.classifier.forward(this.dropout.forward(this.bert.forward(ids, mask, tokenTypeIds)));
  }
}
