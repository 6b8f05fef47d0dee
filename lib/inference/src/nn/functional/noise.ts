import { nextSeed, tf } from '../../backend';

function keepMask(shape: number[], keep: number): tf.Tensor {
  return tf.cast(tf.less(tf.randomUniform(shape, 0, 1, 'float32', nextSeed()), keep), 'float32');
}

/** Sets a share `p` of the values to zero and scales the rest by 1 / (1 - p) (Srivastava et al. 2014); for training. */
export function dropout(x: tf.Tensor, p: number): tf.Tensor {
  return p === 0 ? x : tf.mul(x, tf.div(keepMask(x.shape, 1 - p), 1 - p));
}

/** Sets whole samples of the batch to zero with probability `p` and scales the rest (Huang et al. 2016); for training. */
export function stochasticDepth(x: tf.Tensor, p: number): tf.Tensor {
  return p === 0
    ? x
    : tf.mul(
        x,
        tf.div(
          keepMask(
            x.shape.map((n, i) => (i === 0 ? n : 1)),
            1 - p,
          ),
          1 - p,
        ),
      );
}
