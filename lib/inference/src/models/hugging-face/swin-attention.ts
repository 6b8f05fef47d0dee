import { tf } from '../../backend';
import { Dropout, functional as F, type Linear, Module } from '../../nn';
import { attentionMask, relativePositionIndex, type WindowPlan } from '../families/swin-window';
import { attend, dense } from '../families/vit-huggingface-layers';

/** What attention in windows needs to know of its network. */
interface WindowSettings {
  /** Height and width of a window, in tokens. */
  window: number;
  qkvBias: boolean;
  attentionDropout: number;
}

/**
 * Where a block's windows lie. A map no larger than one window along either axis is not shifted at all.
 *
 * @throws for a map smaller than a window, which transformers cannot compute either
 */
export function planOf(height: number, width: number, window: number, shift: number): WindowPlan {
  const least = Math.min(height, width);
  if (least < window)
    throw new Error(
      `SwinForImageClassification has windows of ${window}x${window} tokens, larger than a stage of ${height}x${width}: ` +
        'give it larger pictures.',
    );
  const padded = [height, width].map((n) => Math.ceil(n / window) * window) as [number, number];
  return { window, padded, shift: least === window ? [0, 0] : [shift, shift] };
}

/** [batch, height, width, channels] to [batch·windows, tokens, channels]. */
export function cut(x: tf.Tensor, { window: w, padded: [height, width] }: WindowPlan): tf.Tensor {
  const channels = x.shape[3] as number;
  const cells = F.reshape(x, [-1, height / w, w, width / w, w, channels]);
  return F.reshape(F.transpose(cells, [0, 1, 3, 2, 4, 5]), [-1, w * w, channels]);
}

/** The inverse of {@link cut}. */
export function join(x: tf.Tensor, { window: w, padded: [height, width] }: WindowPlan): tf.Tensor {
  const channels = x.shape[2] as number;
  const cells = F.reshape(x, [-1, height / w, width / w, w, w, channels]);
  return F.reshape(F.transpose(cells, [0, 1, 3, 2, 4, 5]), [-1, height, width, channels]);
}

/** What keeps shifted windows from seeing across the map's edge, [windows, 1, tokens, tokens]; null where nothing is shifted. */
export function maskOf(plan: WindowPlan): tf.Tensor | null {
  if (plan.shift[0] === 0) return null;
  const [mask, tokens] = [attentionMask(plan), plan.window ** 2];
  return F.constant(mask, [mask.length / tokens ** 2, 1, tokens, tokens]);
}

/** One block's part of a network's settings. */
export interface SwinBlockSettings {
  dim: number;
  heads: number;
  shift: number;
  rate: number;
}

/** Attention inside (shifted) windows with a learned bias per offset (Liu et al. 2021), by Hugging Face's names. */
export class WindowSelfAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value_: Linear;
  readonly dropout: Dropout;
  private readonly settings: { heads: number; hiddenSize: number; attentionDropout: number };

  constructor(
    { dim, heads }: SwinBlockSettings,
    private readonly options: WindowSettings,
  ) {
    super();
    const { window, qkvBias, attentionDropout } = options;
    this.settings = { heads, hiddenSize: dim, attentionDropout };
    this.registerParameter('relative_position_bias_table', tf.zeros([(2 * window - 1) ** 2, heads]));
    this.query = dense(dim, dim, qkvBias);
    this.key = dense(dim, dim, qkvBias);
    this.value_ = dense(dim, dim, qkvBias);
    this.dropout = new Dropout(attentionDropout);
  }

  /** `value` is taken by `Module`'s own method, so the child has another property behind the same name. */
  override namedChildren(): Array<[string, Module]> {
    return super.namedChildren().map(([name, child]) => [name === 'value_' ? 'value' : name, child]);
  }

  /** [1, heads, tokens, tokens] */
  private bias(): tf.Tensor {
    const { window } = this.options;
    const table = this.value('relative_position_bias_table');
    const rows = F.gather(table, [...relativePositionIndex(window)]);
    return F.transpose(F.reshape(rows, [1, window ** 2, window ** 2, table.shape[1] as number]), [0, 3, 1, 2]);
  }

  /** [batch·windows, tokens, dim] to the same shape. @param mask of shifted windows, see {@link maskOf} */
  forward(x: tf.Tensor, mask?: tf.Tensor | null): tf.Tensor {
    const [tokens, windows] = [x.shape[1] as number, mask ? mask.shape[0] : 1];
    const bias = mask ? F.add(this.bias(), mask) : this.bias();
    return attend(x, [this.query, this.key, this.value_], this.settings, {
      dropout: (weights) => this.dropout.forward(weights),
      bias(scores) {
        if (!mask) return F.add(scores, bias);
        const [, heads] = scores.shape as [number, number];
        const grouped = F.reshape(scores, [-1, windows, heads, tokens, tokens]);
        const both = F.add(grouped, F.reshape(bias, [1, windows, heads, tokens, tokens]));
        return F.reshape(both, [-1, heads, tokens, tokens]);
      },
    });
  }
}
