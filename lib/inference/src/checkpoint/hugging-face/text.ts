import { integer } from '../../check';
import type { JsonObject } from '../../json';
import type { BertClassifierSettings, DistilBertClassifierSettings, HuggingFaceActivation } from '../../models';
import { architecture } from './architecture';
import { activation, epsilon, labels, onlyUsual, positive, share } from './fields';
import { PretrainedBert, PretrainedDistilBert } from './pretrained';

/** What would change the results of an encoder, and has one form here. */
const USUAL = {
  is_decoder: [false],
  add_cross_attention: [false],
  position_embedding_type: ['absolute'],
};

interface TextFields {
  hiddenSize: string;
  layers: string;
  heads: string;
  intermediateSize: string;
  activation: string;
  hiddenDropout: string;
  attentionDropout: string;
  epsilon: string | null;
}

/** DistilBERT's config has its own names for what BERT's calls otherwise; some files have BERT's all the same. */
const BERT_FIELDS: TextFields = {
  hiddenSize: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  activation: 'hidden_act',
  hiddenDropout: 'hidden_dropout_prob',
  attentionDropout: 'attention_probs_dropout_prob',
  epsilon: 'layer_norm_eps',
};
const DISTILBERT_FIELDS: TextFields = {
  hiddenSize: 'dim',
  layers: 'n_layers',
  heads: 'n_heads',
  intermediateSize: 'hidden_dim',
  activation: 'activation',
  hiddenDropout: 'dropout',
  attentionDropout: 'attention_dropout',
  epsilon: null,
};
const ALIASES = { dim: 'hidden_size', n_layers: 'num_hidden_layers', n_heads: 'num_attention_heads' } as const;

const EPSILON = 1e-12;

function padding({ pad_token_id: padded }: JsonObject, vocabulary: number): number | null {
  if (padded === null) return null;
  return integer('pad_token_id', padded ?? 0, { min: 0, max: vocabulary - 1 });
}

function textSettings(config: JsonObject, names: TextFields, layers: number): DistilBertClassifierSettings {
  onlyUsual(config, USUAL);
  const pruned = config.pruned_heads;
  if (typeof pruned === 'object' && pruned !== null && Object.keys(pruned).length > 0)
    throw new Error('pruned_heads must be empty: networks with heads taken out in transformers cannot be read.');
  const vocabulary = positive(config, 'vocab_size', 30_522);
  const settings = {
    vocabulary,
    positions: positive(config, 'max_position_embeddings', 512),
    hiddenSize: positive(config, names.hiddenSize, 768),
    layers: positive(config, names.layers, layers),
    heads: positive(config, names.heads, 12),
    intermediateSize: positive(config, names.intermediateSize, 3072),
    activation: activation(config, names.activation, 'gelu' satisfies HuggingFaceActivation),
    epsilon: names.epsilon === null ? EPSILON : epsilon(config, names.epsilon, EPSILON),
    paddingIndex: padding(config, vocabulary),
    hiddenDropout: share(config, names.hiddenDropout, 0.1),
    attentionDropout: share(config, names.attentionDropout, 0.1),
    labels: labels(config),
  };
  if (settings.hiddenSize % settings.heads)
    throw new Error(
      `${names.hiddenSize} ${settings.hiddenSize} must be a multiple of ${names.heads} ${settings.heads}.`,
    );
  return { ...settings, classifierDropout: 0 };
}

function bertSettings(config: JsonObject): BertClassifierSettings {
  const settings = textSettings(config, BERT_FIELDS, 12);
  const { hiddenDropout } = settings;
  return {
    ...settings,
    tokenTypes: positive(config, 'type_vocab_size', 2),
    classifierDropout: share(config, 'classifier_dropout', hiddenDropout),
  };
}

function distilBertSettings(config: JsonObject): DistilBertClassifierSettings {
  const aliased = Object.entries(ALIASES).flatMap(([name, alias]) =>
    config[name] === undefined && config[alias] !== undefined ? [[name, config[alias]] as const] : [],
  );
  const settings = textSettings({ ...config, ...Object.fromEntries(aliased) }, DISTILBERT_FIELDS, 6);
  return { ...settings, classifierDropout: share(config, 'seq_classif_dropout', 0.2) };
}

export const bert = architecture({
  type: 'bert',
  classes: ['BertForSequenceClassification'],
  takesPictures: false,
  usual: ['bert.embeddings.word_embeddings.weight', 'classifier.weight'],
  // The first published files, made from TensorFlow's, call scale and offset gamma and beta.
  rename: (name) => name.replace(/(LayerNorm\.)gamma$/, '$1weight').replace(/(LayerNorm\.)beta$/, '$1bias'),
  settings: bertSettings,
  expected: ({ vocabulary, positions, tokenTypes, hiddenSize: h, layers, intermediateSize, labels: names }) => [
    ['bert.embeddings.word_embeddings.weight', [vocabulary, h]],
    ['bert.embeddings.position_embeddings.weight', [positions, h]],
    ['bert.embeddings.token_type_embeddings.weight', [tokenTypes, h]],
    [`bert.encoder.layer.${layers - 1}.intermediate.dense.weight`, [intermediateSize, h]],
    ['classifier.weight', [names.length, h]],
  ],
  build: (settings) => new PretrainedBert(settings),
});

export const distilbert = architecture({
  type: 'distilbert',
  classes: ['DistilBertForSequenceClassification'],
  takesPictures: false,
  usual: ['distilbert.embeddings.word_embeddings.weight', 'classifier.weight'],
  settings: distilBertSettings,
  expected: ({ vocabulary, positions, hiddenSize: h, layers, intermediateSize, labels: names }) => [
    ['distilbert.embeddings.word_embeddings.weight', [vocabulary, h]],
    ['distilbert.embeddings.position_embeddings.weight', [positions, h]],
    [`distilbert.transformer.layer.${layers - 1}.ffn.lin1.weight`, [intermediateSize, h]],
    ['classifier.weight', [names.length, h]],
  ],
  build: (settings) => new PretrainedDistilBert(settings),
});
