import { tf } from '../../backend';
import { functional as F, init, Linear, Module, ReLU, Sequential, splitHeads, type LinearOptions } from '../../nn';
import { attentionMask, planWindows, relativePositionIndex, rowsOf, type WindowPlan } from './swin-window';

/** Options of window attention. */
interface WindowAttentionOptions {
  dim: number;
  numHeads: number;
  /** Height and width of a window, in tokens. */
  window: number;
  /** 0, or half the window in every second block. */
  shift: number;
}

/** Dense layer as Swin initialises all of its own. */
export const dense = (options: LinearOptions): Linear =>
  new Linear({ weightInit: init.normal(0.02), biasInit: init.zeros, ...options });

/** [batch, height, width, channels] to [batch·windows, tokens, channels]. */
function cut(x: tf.Tensor, { window: w, padded: [height, width] }: WindowPlan): tf.Tensor {
  const channels = x.shape[3] as number;
  const cells = F.reshape(x, [-1, height / w, w, width / w, w, channels]);
  return F.reshape(F.transpose(cells, [0, 1, 3, 2, 4, 5]), [-1, w * w, channels]);
}

/** The inverse of {@link cut}. */
function join(x: tf.Tensor, { window: w, padded: [height, width] }: WindowPlan): tf.Tensor {
  const channels = x.shape[2] as number;
  const cells = F.reshape(x, [-1, height / w, width / w, w, w, channels]);
  return F.reshape(F.transpose(cells, [0, 1, 3, 2, 4, 5]), [-1, height, width, channels]);
}

/** Self-attention inside (shifted) windows: what both versions of Swin share. */
abstract class ShiftedWindows extends Module {
  abstract readonly qkv: Linear;
  abstract readonly proj: Linear;
  protected readonly options: WindowAttentionOptions;

  constructor(options: WindowAttentionOptions) {
    super();
    this.options = options;
  }

  /** To be called after the parameters, so that the entries keep their order. */
  protected registerIndex(): void {
    this.registerBuffer('relative_position_index', tf.tensor1d(relativePositionIndex(this.options.window), 'int32'), {
      integer: true,
    });
  }

  /** Scores of q against k, before the bias: [batch·windows, heads, tokens, tokens]. */
  protected abstract scores(q: tf.Tensor, k: tf.Tensor): tf.Tensor;
  /** One row per offset between two positions of a window: [(2·window - 1)², heads]. */
  protected abstract biasTable(): tf.Tensor;
  /** What becomes of the bias once it is spread out. */
  protected abstract biasOf(spread: tf.Tensor): tf.Tensor;

  /** [1, heads, tokens, tokens] */
  private bias(): tf.Tensor {
    const { window, numHeads } = this.options;
    const tokens = window * window;
    const spread = this.biasOf(F.gather(this.biasTable(), rowsOf(this.tensor('relative_position_index'))));
    return F.transpose(F.reshape(spread, [1, tokens, tokens, numHeads]), [0, 3, 1, 2]);
  }

  private addBias(scores: tf.Tensor, plan: WindowPlan): tf.Tensor {
    const [, heads, tokens] = scores.shape as [number, number, number];
    if (!plan.shift.some((n) => n > 0)) return F.add(scores, this.bias());
    const mask = attentionMask(plan);
    const windows = mask.length / tokens ** 2;
    const both = F.add(this.bias(), F.constant(mask, [windows, 1, tokens, tokens])); // [windows, heads, tokens, tokens]
    const grouped = F.add(
      F.reshape(scores, [-1, windows, heads, tokens, tokens]),
      F.reshape(both, [1, windows, heads, tokens, tokens]),
    );
    return F.reshape(grouped, [-1, heads, tokens, tokens]);
  }

  private attend(x: tf.Tensor, plan: WindowPlan): tf.Tensor {
    const { dim, window, numHeads } = this.options;
    const [q, k, v] = splitHeads(this.qkv.forward(x), 3, numHeads);
    const weights = F.softmax(this.addBias(this.scores(q, k), plan));
    const mixed = F.transpose(F.matmul(weights, v), [0, 2, 1, 3]); // [batch·windows, tokens, heads, dim / heads]
    return this.proj.forward(F.reshape(mixed, [-1, window * window, dim]));
  }

  /** [batch, height, width, dim] to the same shape. */
  forward(x: tf.Tensor): tf.Tensor {
    const [, height, width] = x.shape as [number, number, number];
    const plan = planWindows(height, width, this.options.window, this.options.shift);
    const [rows, columns] = plan.shift;
    const padded = F.pad(x, [
      [0, 0],
      [0, plan.padded[0] - height],
      [0, plan.padded[1] - width],
      [0, 0],
    ]);
    const attended = join(this.attend(cut(F.roll(padded, [-rows, -columns], [1, 2]), plan), plan), plan);
    const back = F.roll(attended, [rows, columns], [1, 2]);
    const whole = plan.padded[0] === height && plan.padded[1] === width;
    return whole ? back : F.slice(back, [0, 0, 0, 0], [-1, height, width, -1]);
  }
}

/** Window attention with a learned bias per offset (Liu et al. 2021). */
export class ShiftedWindowAttention extends ShiftedWindows {
  readonly qkv: Linear;
  readonly proj: Linear;

  constructor(options: WindowAttentionOptions) {
    super(options);
    const { dim, window, numHeads } = options;
    const table = init.fresh([(2 * window - 1) ** 2, numHeads], init.normal(0.02));
    this.registerParameter('relative_position_bias_table', table);
    this.registerIndex();
    this.qkv = dense({ inFeatures: dim, outFeatures: 3 * dim });
    this.proj = dense({ inFeatures: dim, outFeatures: dim });
  }

  protected scores(q: tf.Tensor, k: tf.Tensor): tf.Tensor {
    const scaled = F.multiply(q, F.constant([(this.options.dim / this.options.numHeads) ** -0.5], [1]));
    return F.matmul(scaled, k, { transposeB: true });
  }

  protected biasTable(): tf.Tensor {
    return this.value('relative_position_bias_table');
  }

  protected biasOf(spread: tf.Tensor): tf.Tensor {
    return spread;
  }
}

/** Dense layer to queries, keys and values whose bias leaves the keys out; the entry keeps its full length. */
class KeylessBiasLinear extends Linear {
  override forward(x: tf.Tensor): tf.Tensor {
    const part = this.outFeatures / 3;
    const keep = Float32Array.from({ length: this.outFeatures }, (_, i) => (i >= part && i < 2 * part ? 0 : 1));
    return F.linear(x, this.value('weight'), F.multiply(this.value('bias'), F.constant(keep, [this.outFeatures])));
  }
}

/** log2-spaced offsets between the positions of a window, scaled to [-8, 8] before: [1, 2·window - 1, 2·window - 1, 2]. */
function offsetTable(window: number): tf.Tensor {
  const side = 2 * window - 1;
  const spaced = (i: number): number => {
    const offset = (8 * (i - window + 1)) / (window - 1);
    return (Math.sign(offset) * Math.log2(Math.abs(offset) + 1)) / 3;
  };
  return tf.tensor4d(
    Array.from({ length: side * side }, (_, i) => [spaced(Math.floor(i / side)), spaced(i % side)]).flat(),
    [1, side, side, 2],
  );
}

/** Window attention with cosine scores and a bias computed from the offsets by a small network (Liu et al. 2022). */
export class ShiftedWindowAttentionV2 extends ShiftedWindows {
  readonly qkv: Linear;
  readonly proj: Linear;
  readonly cpb_mlp: Sequential;

  constructor(options: WindowAttentionOptions) {
    super(options);
    const { dim, window, numHeads } = options;
    this.registerParameter('logit_scale', tf.fill([numHeads, 1, 1], Math.log(10)));
    this.registerBuffer('relative_coords_table', offsetTable(window));
    this.registerIndex();
    this.qkv = new KeylessBiasLinear({
      inFeatures: dim,
      outFeatures: 3 * dim,
      weightInit: init.normal(0.02),
      biasInit: init.zeros,
    });
    this.proj = dense({ inFeatures: dim, outFeatures: dim });
    this.cpb_mlp = new Sequential([
      dense({ inFeatures: 2, outFeatures: 512 }),
      new ReLU(),
      dense({ inFeatures: 512, outFeatures: numHeads, bias: false }),
    ]);
  }

  protected scores(q: tf.Tensor, k: tf.Tensor): tf.Tensor {
    const scale = F.exp(F.clampMax(this.value('logit_scale'), Math.log(100)));
    return F.multiply(F.matmul(F.l2Normalize(q), F.l2Normalize(k), { transposeB: true }), scale);
  }

  protected biasTable(): tf.Tensor {
    const table = this.cpb_mlp.forward(this.value('relative_coords_table')); // [1, side, side, heads]
    return F.reshape(table, [-1, this.options.numHeads]);
  }

  protected biasOf(spread: tf.Tensor): tf.Tensor {
    return F.multiply(F.sigmoid(spread), F.constant([16], [1]));
  }
}
