import type { tf } from '../../backend';
import { shapeText } from '../../shape';

/** What a network asks of its input. */
interface PictureRequirement {
  /** Class of the network, for the message. */
  model: string;
  /** The only height and width it takes: one number for both, or [height, width]. */
  size?: number | readonly [number, number];
  /** The smallest height and width it takes. */
  minSize?: number;
  /** Default 3. */
  channels?: number;
}

/** Refuses an input of the wrong rank, channel count or size in one message; works on tensors and on symbols. */
export function checkPicture(x: tf.Tensor, { model, size, minSize, channels = 3 }: PictureRequirement): void {
  const [, height, width, depth] = x.shape;
  const only = typeof size === 'number' ? [size, size] : size;
  const fits =
    x.rank === 4 && depth === channels && [height, width].every((n, i) => (only ? n === only[i] : n >= (minSize ?? 1)));
  if (fits) return;
  const wanted = only
    ? `of ${only.join('x')} pixels`
    : minSize
      ? `of at least ${minSize}x${minSize} pixels`
      : 'of any size';
  throw new Error(
    `${model} expects pictures ${wanted} as [batch, height, width, ${channels}], got shape ${shapeText(x.shape)}. ` +
      'Resize or transpose them first.',
  );
}
