import type { tf } from '../../backend';
import { Embedding, functional as F, init, LayerNorm } from '../../nn';
import { shapeText } from '../../shape';
import { INITIALIZER_RANGE } from '../families/vit-huggingface-layers';
import type { HuggingFaceActivation } from '../families/hugging-face-activations';

/** Sizes of an encoder of texts, as its config.json gives them. */
export interface TextSettings {
  /** Rows of the table of words. */
  vocabulary: number;
  /** The most tokens that a text may have. */
  positions: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  activation: HuggingFaceActivation;
  epsilon: number;
  /** The token that fills up short texts, whose row is not trained; null where there is none. */
  paddingIndex: number | null;
  hiddenDropout: number;
  attentionDropout: number;
}

/** What a network of texts calls its inputs in files, as Hugging Face's exporters do. */
export const TEXT_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** A table with fresh weights of Hugging Face's deviation. */
export function table(rows: number, width: number, paddingIndex: number | null = null): Embedding {
  const weightInit = init.normal(INITIALIZER_RANGE);
  return new Embedding({
    numEmbeddings: rows,
    embeddingDim: width,
    weightInit,
    ...(paddingIndex === null ? {} : { paddingIndex }),
  });
}

/** A normalisation of a text's tokens. */
export const norm = ({ hiddenSize, epsilon }: TextSettings): LayerNorm =>
  new LayerNorm({ features: hiddenSize, epsilon });

/** The first rows of a table: those of the positions from 0 on, [1, count, width]. */
export function firstRows({ weight }: Embedding, count: number): tf.Tensor {
  return F.reshape(F.slice(weight, [0, 0], [count, -1]), [1, count, -1]);
}

/** The first token of each text: [batch, tokens, size] to [batch, size]. */
export const firstToken = (x: tf.Tensor): tf.Tensor =>
  F.reshape(F.slice(x, [0, 0, 0], [-1, 1, -1]), [-1, x.shape[2] as number]);

/** Refuses token numbers of the wrong shape, and what belongs to them, in one message; works on tensors and on symbols. */
export function checkTokens(
  model: string,
  ids: tf.Tensor,
  more: Readonly<Record<string, tf.Tensor | null | undefined>>,
  { positions }: TextSettings,
): void {
  const [, tokens] = ids.shape;
  if (ids.rank !== 2 || tokens > positions)
    throw new Error(
      `${model} expects token numbers [batch, tokens] (int32) of at most ${positions} tokens, got shape ` +
        `${shapeText(ids.shape)}: ${ids.rank === 2 ? 'cut the texts' : 'give one row for each text'}.`,
    );
  for (const [name, each] of Object.entries(more)) {
    if (each && (each.rank !== 2 || each.shape.some((n, axis) => n !== ids.shape[axis])))
      throw new Error(
        `${model} expects ${name} of the shape of the token numbers, ${shapeText(ids.shape)}, got ${shapeText(each.shape)}.`,
      );
  }
}
