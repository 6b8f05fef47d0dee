import type { tf } from '../../backend';
import { embedding } from '../functional';
import { fresh, normal, type Fans, type Initializer } from '../init';
import { Module } from '../module';
import { integer } from '../../check';
import { positive } from './positive';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** Rows of the table: the size of the vocabulary. */
  numEmbeddings: number;
  /** Width of a row. */
  embeddingDim: number;
  /** A row that begins with zeros and is not trained (torch's `padding_idx`); negative numbers count from the end. Default: none. */
  paddingIndex?: number;
  /** Default: normal with deviation 1, as in PyTorch. */
  weightInit?: Initializer;
}

/** The same values but for zeros in one row. */
function withoutRow(initializer: Initializer, row: number, width: number): Initializer {
  const empty = (values: Float32Array): void => void values.fill(0, row * width, (row + 1) * width);
  const both = (values: Float32Array, fans: Fans): void => {
    initializer(values, fans);
    empty(values);
  };
  if (!initializer.deferred) return both;
  const deferred = (fans: Fans): ((values: Float32Array) => void) => {
    const fill = initializer.deferred?.(fans);
    return (values) => {
      fill?.(values);
      empty(values);
    };
  };
  return Object.assign(both, { deferred });
}

/** Rows of a table by their numbers: int32 [batch, ...] to [batch, ..., embeddingDim]; weight [numEmbeddings, embeddingDim]. */
export class Embedding extends Module {
  /** [numEmbeddings, embeddingDim] */
  declare readonly weight: tf.Tensor2D;
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** The row that is not trained, or null. */
  readonly paddingIndex: number | null;

  constructor({ numEmbeddings, embeddingDim, paddingIndex, weightInit = normal(1) }: EmbeddingOptions) {
    super();
    positive('Embedding', { numEmbeddings, embeddingDim });
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    const given = paddingIndex ?? null;
    if (given !== null) integer('paddingIndex', given, { min: -numEmbeddings, max: numEmbeddings - 1 });
    this.paddingIndex = given !== null && given < 0 ? numEmbeddings + given : given;
    const fans = { in: embeddingDim, out: numEmbeddings };
    const init = this.paddingIndex === null ? weightInit : withoutRow(weightInit, this.paddingIndex, embeddingDim);
    this.registerParameter('weight', fresh([numEmbeddings, embeddingDim], init, fans));
  }

  /** int32 [batch, ...] to [batch, ..., embeddingDim]. @throws for other types, and numbers beyond the table */
  forward(ids: tf.Tensor): tf.Tensor {
    return embedding(ids, this.value('weight'), this.paddingIndex);
  }
}
