import { tf } from '../../backend';
import {
  Dropout,
  functional as F,
  GELU,
  Identity,
  init,
  LayerNorm,
  Linear,
  Module,
  Sequential,
  splitHeads,
  StochasticDepth,
} from '../../nn';
import { relativePositionIndex, rowsOf } from './swin-window';

const weightInit = init.normal(0.02);
const biasInit = init.zeros;
/** Dense layer as MaxViT initialises all of its own. */
export const dense = (inFeatures: number, outFeatures: number, bias = true): Linear =>
  new Linear({ inFeatures, outFeatures, bias, weightInit, biasInit });

/** Options of attention within windows. */
interface AttentionOptions {
  /** Width of all heads together. */
  dim: number;
  numHeads: number;
  /** Tokens along each side of a window. */
  window: number;
}

/** Self-attention over the tokens of a window with a learned bias per offset: [windows, tokens, dim] to the same shape. */
class RelativePositionalMultiHeadAttention extends Module {
  readonly to_qkv: Linear;
  readonly merge: Linear;
  private readonly options: AttentionOptions;
  /** By the width of all heads, and not of one: so it is in the published network. */
  private readonly scale: number;

  constructor(options: AttentionOptions) {
    super();
    const { dim, numHeads, window } = options;
    this.options = options;
    this.scale = dim ** -0.5;
    const table = init.fresh([(2 * window - 1) ** 2, numHeads], init.normal(0.02));
    this.registerParameter('relative_position_bias_table', table);
    const tokens = window * window;
    const index = tf.tensor2d(relativePositionIndex(window), [tokens, tokens], 'int32');
    this.registerBuffer('relative_position_index', index, { integer: true });
    this.to_qkv = dense(dim, 3 * dim);
    this.merge = dense(dim, dim);
  }

  /** [1, heads, tokens, tokens] */
  private bias(): tf.Tensor {
    const { numHeads, window } = this.options;
    const tokens = window * window;
    const rows = rowsOf(this.tensor('relative_position_index'));
    const spread = F.gather(this.value('relative_position_bias_table'), rows);
    return F.transpose(F.reshape(spread, [1, tokens, tokens, numHeads]), [0, 3, 1, 2]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { dim, numHeads, window } = this.options;
    const [q, k, v] = splitHeads(this.to_qkv.forward(x), 3, numHeads);
    const scaled = F.multiply(k, F.constant([this.scale], [1]));
    const scores = F.matmul(q, scaled, { transposeB: true, einsum: true });
    const mixed = F.matmul(F.softmax(F.add(scores, this.bias())), v, { einsum: true });
    return this.merge.forward(F.reshape(F.transpose(mixed, [0, 2, 1, 3]), [-1, window * window, dim]));
  }
}

/** Which tokens see each other: those of a window, or those that are as far apart as the windows are long. */
export type Partition = 'window' | 'grid';

/** Options of {@link PartitionAttentionLayer}. */
export interface PartitionOptions {
  channels: number;
  headDim: number;
  /** Tokens along each side of what attention sees. */
  partition: number;
  type: Partition;
  /** Rate at which training skips each of the two branches. */
  stochasticDepth: number;
}

/** Attention inside the parts of a map, and two dense layers: [batch, height, width, channels] to the same shape. */
export class PartitionAttentionLayer extends Module {
  // PyTorch cuts maps into parts and joins them again in layers without parameters; here it is part of forward.
  readonly partition_op = new Identity();
  readonly departition_op = new Identity();
  readonly partition_swap = new Identity();
  readonly departition_swap = new Identity();
  readonly attn_layer: Sequential;
  readonly mlp_layer: Sequential;
  readonly stochastic_dropout: StochasticDepth;
  private readonly options: PartitionOptions;

  constructor(options: PartitionOptions) {
    super();
    this.options = options;
    const { channels, headDim, partition, stochasticDepth } = options;
    this.attn_layer = new Sequential([
      new LayerNorm({ features: channels }),
      new RelativePositionalMultiHeadAttention({ dim: channels, numHeads: channels / headDim, window: partition }),
      new Dropout(0),
    ]);
    this.mlp_layer = new Sequential([
      new LayerNorm({ features: channels }),
      dense(channels, 4 * channels),
      new GELU(),
      dense(4 * channels, channels),
      new Dropout(0),
    ]);
    this.stochastic_dropout = new StochasticDepth(stochasticDepth);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const { partition: p, type, channels } = this.options;
    const [, height, width] = x.shape as [number, number, number];
    const [rows, columns] = [height / p, width / p];
    const grid = type === 'grid';
    // [batch, rows, p, columns, p, channels] for windows, [batch, p, rows, p, columns, channels] for the grid
    const cells = F.reshape(x, grid ? [-1, p, rows, p, columns, channels] : [-1, rows, p, columns, p, channels]);
    const order = grid ? [0, 2, 4, 1, 3, 5] : [0, 1, 3, 2, 4, 5];
    let y = F.reshape(F.transpose(cells, order), [-1, p * p, channels]);
    y = F.add(y, this.stochastic_dropout.forward(this.attn_layer.forward(y)));
    y = F.add(y, this.stochastic_dropout.forward(this.mlp_layer.forward(y)));
    const back = F.transpose(
      F.reshape(y, [-1, rows, columns, p, p, channels]),
      grid ? [0, 3, 1, 4, 2, 5] : [0, 1, 3, 2, 4, 5],
    );
    return F.reshape(back, [-1, height, width, channels]);
  }
}
