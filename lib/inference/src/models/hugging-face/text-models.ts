import { family } from '../family';
import { genericLabels } from '../families/vit-huggingface';
import { BertForSequenceClassification, BertModel, type BertSettings } from './bert';
import { DistilBertForSequenceClassification, DistilBertModel } from './distilbert';
import type { TextSettings } from './text';

// Devlin et al. 2019, table 1 (BASE), with the uncased vocabulary; the defaults of Hugging Face's BertConfig.
const BASE: TextSettings = {
  vocabulary: 30_522,
  positions: 512,
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  intermediateSize: 3072,
  activation: 'gelu',
  epsilon: 1e-12,
  paddingIndex: 0,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};

const BERT_BASE: BertSettings = { ...BASE, tokenTypes: 2 };
/** Half the layers, without kinds of tokens and pooler (Sanh et al. 2019, section 3). */
const DISTILBERT_BASE: TextSettings = { ...BASE, layers: 6 };

const TOKENS = [128] as const;

export const bert = family({
  name: 'bert',
  kind: 'transformer',
  rows: { bert_base: BERT_BASE },
  inputShape: TOKENS,
  numClasses: 0,
  build: (settings, numClasses) =>
    numClasses === 0
      ? new BertModel(settings)
      : new BertForSequenceClassification({
          ...settings,
          classifierDropout: settings.hiddenDropout,
          labels: genericLabels(numClasses),
        }),
});

export const distilbert = family({
  name: 'distilbert',
  kind: 'transformer',
  rows: { distilbert_base: DISTILBERT_BASE },
  inputShape: TOKENS,
  numClasses: 0,
  build: (settings, numClasses) =>
    numClasses === 0
      ? new DistilBertModel(settings)
      : new DistilBertForSequenceClassification({
          ...settings,
          classifierDropout: 0.2,
          labels: genericLabels(numClasses),
        }),
});
