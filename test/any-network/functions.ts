import { nn, tf } from 'scalable-inference';
import type { Part } from './parts';

const { functional: F } = nn;

type Plain = Extract<
  Part,
  {
    kind:
      | 'tokens'
      | 'meanTokens'
      | 'swapTokens'
      | 'softmax'
      | 'l2Normalize'
      | 'flattenByHand'
      | 'meanPixels'
      | 'clampMax'
      | 'slice'
      | 'roll'
      | 'pad';
  }
>;

/** What people write into a `forward`, the batch named by `x.shape[0]` where they name it. */
export function functionOf(part: Plain): (x: tf.Tensor) => tf.Tensor {
  switch (part.kind) {
    case 'tokens':
      return (x) => F.reshape(x, [x.shape[0], x.shape[1]! * x.shape[2]!, x.shape[3]!]);
    case 'meanTokens':
      return (x) => F.mean(x, [1]);
    case 'swapTokens':
      return (x) => F.transpose(x, [0, 2, 1]);
    case 'softmax':
      return (x) => (part.parts ? foldedSoftmax(x, part.parts) : F.softmax(x));
    case 'l2Normalize':
      return (x) => F.l2Normalize(x);
    case 'flattenByHand':
      return (x) => F.reshape(x, [x.shape[0], -1]);
    case 'meanPixels':
      return (x) => F.mean(F.reshape(x, [x.shape[0], -1, x.shape[3]!]), [1]);
    case 'clampMax':
      return (x) => F.clampMax(x, part.max);
    case 'slice':
      return (x) =>
        F.slice(
          x,
          at(x, part.axis, part.begin, 0),
          part.named ? resized(x, part.axis, part.size) : at(x, part.axis, sizeFrom(x, part), -1),
        );
    case 'roll':
      return (x) => F.roll(x, [part.shift], [part.axis + 1]);
    case 'pad':
      if (part.joined)
        return (x) =>
          F.concat([...zeros(x, part.axis, part.before), x, ...zeros(x, part.axis, part.after)], part.axis + 1);
      return (x) =>
        F.pad(
          x,
          x.shape.map((_, d) => (d === part.axis + 1 ? [part.before, part.after] : [0, 0])),
        );
  }
}

/** One number a dimension: `value` along the axis (counted without the batch), `other` elsewhere. */
const at = (x: tf.Tensor, axis: number, value: number, other: number): number[] =>
  x.shape.map((_, d) => (d === axis + 1 ? value : other));

/** The size of a piece, -1 where it reaches to the end, as people write it. */
const sizeFrom = (x: tf.Tensor, { axis, begin, size }: { axis: number; begin: number; size: number }): number =>
  begin + size === x.shape[axis + 1] ? -1 : size;

/** The shape of x, the batch size in it, but for one axis. */
const resized = (x: tf.Tensor, axis: number, size: number): number[] =>
  x.shape.map((n, d) => (d === axis + 1 ? size : n));

const zeros = (x: tf.Tensor, axis: number, size: number): tf.Tensor[] =>
  size > 0 ? [tf.zeros(resized(x, axis, size))] : [];

function foldedSoftmax(x: tf.Tensor, parts: number): tf.Tensor {
  const [batch, tokens, features] = x.shape as [number, number, number];
  const folded = F.reshape(x, [batch * tokens * parts, features / parts]);
  return F.reshape(F.softmax(folded), [batch, tokens, features]);
}
