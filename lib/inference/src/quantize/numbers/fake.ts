import { tf } from '../../backend';
import { reciprocal } from './affine';
import { checkParameters } from './dtype';

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
  const run = tf.customGrad((value, save) => {
    const shifted = tf.add(tf.round(tf.mul(value as tf.Tensor, inverse)), zeroPoint);
    const inside = tf.logicalAnd(tf.greaterEqual(shifted, min), tf.lessEqual(shifted, max));
    (save as tf.GradSaveFunc)([inside]);
    const grid = tf.mul(tf.sub(tf.clipByValue(shifted, min, max), zeroPoint), scale);
    return { value: grid, gradFunc: (dy, [mask]) => tf.mul(dy, tf.cast(mask, 'float32')) };
  });
  return run(x);
}
