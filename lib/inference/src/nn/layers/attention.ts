import { tf } from '../../backend';
import * as F from '../functional';
import { fresh, xavierUniform, zeros } from '../init';
import { Module } from '../module';
import { positive } from './positive';
import { Linear } from './linear';

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions {
  embedDim: number;
  numHeads: number;
}

/**
 * Self-attention over [batch, tokens, embedDim] (Vaswani et al. 2017), with the three input projections in one weight,
 * as `torch.nn.MultiheadAttention` stores them.
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly numHeads: number;
  /** Brings the heads together again; named as in PyTorch's state. */
  readonly out_proj: Linear;

  constructor({ embedDim, numHeads }: MultiheadAttentionOptions) {
    super();
    positive('MultiheadAttention', { embedDim, numHeads });
    if (embedDim % numHeads)
      throw new Error(
        `MultiheadAttention expects embedDim to be a multiple of numHeads, got ${embedDim} and ${numHeads}.`,
      );
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    const fans = { in: embedDim, out: 3 * embedDim };
    this.registerParameter('in_proj_weight', fresh([embedDim, 3 * embedDim], xavierUniform, fans), 'linear');
    this.registerParameter('in_proj_bias', tf.zeros([3 * embedDim]));
    this.out_proj = new Linear({ inFeatures: embedDim, outFeatures: embedDim, biasInit: zeros });
  }

  /** Attention of each token to all: [batch, tokens, embedDim] to the same shape. */
  forward(x: tf.Tensor): tf.Tensor {
    const tokens = x.shape[1] as number;
    const projected = F.linear(x, this.value('in_proj_weight'), this.value('in_proj_bias')); // [batch, tokens, 3·embedDim]
    const [q, k, v] = splitHeads(projected, 3, this.numHeads);
    const mixed = F.transpose(F.scaledDotProductAttention(q, k, v), [0, 2, 1, 3]);
    const width = this.numHeads * (mixed.shape[3] as number); // embedDim, or less once heads were taken out
    return this.out_proj.forward(F.reshape(mixed, [-1, tokens, width]));
  }
}

/** [batch, tokens, parts·heads·d] to `parts` tensors [batch, heads, tokens, d]. */
export function splitHeads(x: tf.Tensor, parts: number, heads: number): tf.Tensor[] {
  const [, tokens, width] = x.shape as [number, number, number];
  const size = width / parts / heads;
  return Array.from({ length: parts }, (_, i) => {
    const part = parts === 1 ? x : F.slice(x, [0, 0, i * heads * size], [-1, -1, heads * size]);
    return F.transpose(F.reshape(part, [-1, tokens, heads, size]), [0, 2, 1, 3]);
  });
}
