import { tf } from '../../backend';
import { reciprocal } from './affine';
import { checkParameters, type IntegerRange } from './dtype';

/** Settings of {@link fakeQuantize}. */
export interface FakeQuantizeOptions {
  scale: number;
  zeroPoint: number;
  /** Smallest and largest integer. */
  min: number;
  max: number;
}

/**
 * Rounds to the grid that an integer type can hold and stays in float32, so that training feels the rounding
 * (`torch.fake_quantize_per_tensor_affine`). The gradient is passed straight through where the integer was not clipped
 * and is zero elsewhere (Bengio et al. 2013).
 */
export function fakeQuantize(x: tf.Tensor, { scale, zeroPoint, min, max }: FakeQuantizeOptions): tf.Tensor {
  if (!(min < max)) throw new Error(`fakeQuantize expects min below max, got ${min} and ${max}.`);
  checkParameters(scale, zeroPoint, { min, max });
  const inverse = reciprocal(scale);
  return roundStraightThrough(x, (value) => tf.mul(value, inverse), { scale, zeroPoint, min, max });
}

/** A grid whose scale and zero point may be tensors, which broadcast against the values. */
export interface RoundingGrid extends IntegerRange {
  scale: tf.Tensor | number;
  zeroPoint: tf.Tensor | number;
}

/**
 * Rounds to a grid; the gradient is passed straight through where the integer was not clipped and is zero elsewhere.
 *
 * @param divide value over scale: PyTorch multiplies by the reciprocal, ONNX divides, and a tie may fall differently
 */
export function roundStraightThrough(
  x: tf.Tensor,
  divide: (value: tf.Tensor) => tf.Tensor,
  { scale, zeroPoint, min, max }: RoundingGrid,
): tf.Tensor {
  const run = tf.customGrad((value, save) => {
    const position = tf.add(tf.round(divide(value as tf.Tensor)), zeroPoint);
    (save as tf.GradSaveFunc)([tf.logicalAnd(tf.greaterEqual(position, min), tf.lessEqual(position, max))]);
    const rounded = tf.mul(tf.sub(tf.clipByValue(position, min, max), zeroPoint), scale);
    return { value: rounded, gradFunc: (dy, [inside]) => tf.mul(dy, tf.cast(inside, 'float32')) };
  });
  return run(x);
}
