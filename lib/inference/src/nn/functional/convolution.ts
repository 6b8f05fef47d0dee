import type { tf } from '../../backend';
import * as ops from '../ops';
import { pair, type Conv2dSettings, type Pair } from '../ops';

/** Zeros on both sides of each axis; 'same' for an output of the input's size, 'valid' for none. */
export type Padding = Pair | 'same' | 'valid';

/** Settings of {@link conv2d}. */
export interface ConvolutionSettings extends Omit<Conv2dSettings, 'padding'> {
  /** Default 0. */
  padding?: Padding;
}

/**
 * Refuses 'same' where PyTorch does.
 *
 * @throws for strides other than 1
 */
export function checkPadding({ padding, stride = 1 }: ConvolutionSettings): void {
  if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
    throw new Error(
      `The padding of a convolution must be 'same', 'valid', a number or a pair, got '${String(padding)}'.`,
    );
  if (padding === 'same' && pair(stride).some((step) => step !== 1))
    throw new Error(
      `padding='same' is not supported for strided convolutions, got a stride of ${pair(stride).join('x')}: give numbers.`,
    );
}

/**
 * 2-D convolution (cross-correlation) of pictures [batch, height, width, in] with a weight [kh, kw, in / groups, out] and
 * a bias [out] or none. With padding 'same' the output has the picture's size: dilation · (kernel - 1) zeros are added
 * along each axis, of which the odd one comes last, as in PyTorch.
 */
export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor | null,
  settings: ConvolutionSettings = {},
): tf.Tensor {
  checkPadding(settings);
  const { padding = 0, stride, dilation, groups } = settings;
  if (padding === 'valid') return ops.conv2d(x, weight, bias, { stride, dilation, groups });
  if (padding !== 'same') return ops.conv2d(x, weight, bias, { stride, dilation, groups, padding });
  const totals = pair(dilation ?? 1).map((step, i) => step * (weight.shape[i] - 1));
  const [down, right] = totals.map((total): readonly [number, number] => [0, total % 2]);
  const none = [0, 0] as const;
  const picture = totals.every((total) => total % 2 === 0) ? x : ops.pad(x, [none, down, right, none]);
  const half = (total: number): number => Math.floor(total / 2);
  return ops.conv2d(picture, weight, bias, { dilation, groups, padding: [half(totals[0]), half(totals[1])] });
}
