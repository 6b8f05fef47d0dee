import type { tf } from '../../backend';
import * as F from '../functional';
import { Module } from '../module';
import { integer, number } from '../../check';

/** A layer without parameters: one tensor in, one out. */
abstract class Plain extends Module {
  abstract override forward(x: tf.Tensor): tf.Tensor;
}

/** The same, with `forward` written. */
interface Written extends Plain {
  forward(x: tf.Tensor): tf.Tensor;
}

/** A class of layers that only apply a function. */
function applying(compute: (x: tf.Tensor) => tf.Tensor): new () => Written {
  return class extends Plain {
    forward(x: tf.Tensor): tf.Tensor {
      return compute(x);
    }
  };
}

// One class each, named as PyTorch's.
/** max(x, 0). */
export class ReLU extends applying(F.relu) {}
/** min(max(x, 0), 6). */
export class ReLU6 extends applying(F.relu6) {}
/** x · sigmoid(x) (Elfwing et al. 2017). */
export class SiLU extends applying(F.silu) {}
/** x · Φ(x), Φ being the normal distribution (Hendrycks and Gimpel 2016). */
export class GELU extends applying(F.gelu) {}
/** 1 / (1 + exp(-x)). */
export class Sigmoid extends applying(F.sigmoid) {}
/** Hyperbolic tangent. */
export class Tanh extends applying(F.tanh) {}
/** min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
export class Hardsigmoid extends applying(F.hardSigmoid) {}
/** x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
export class Hardswish extends applying(F.hardSwish) {}
/** x itself: for places that a subclass or a rewrite fills. */
export class Identity extends applying((x) => x) {}
/** [batch, ...] to [batch, features], channel by channel as PyTorch's NCHW layout. */
export class Flatten extends applying(F.flatten) {}

/** Reorders dimensions; see `nn.functional.transpose`. */
export class Permute extends Plain {
  constructor(readonly order: readonly number[]) {
    super();
  }
  /** The dimensions in the order given. */
  forward(x: tf.Tensor): tf.Tensor {
    return F.transpose(x, this.order);
  }
}

/** Largest value of each window; see `nn.functional.maxPool`. Padding never wins. */
export class MaxPool2d extends Plain {
  constructor(readonly settings: F.MaxPoolSettings) {
    super();
  }
  /** [batch, height, width, channels] to [batch, height', width', channels]. */
  forward(x: tf.Tensor): tf.Tensor {
    return F.maxPool(x, this.settings);
  }
}
/** Mean of each window; see `nn.functional.avgPool`. Padding counts as zeros. */
export class AvgPool2d extends Plain {
  constructor(readonly settings: F.PoolSettings) {
    super();
  }
  /** [batch, height, width, channels] to [batch, height', width', channels]. */
  forward(x: tf.Tensor): tf.Tensor {
    return F.avgPool(x, this.settings);
  }
}

/** Mean of as many windows as the output has pixels; see `nn.functional.adaptiveAvgPool`. */
export class AdaptiveAvgPool2d extends Plain {
  /** @param outputSize height and width of the output: a number for both, a pair, null for the picture's. Default 1 */
  constructor(readonly outputSize: F.AdaptiveSize = 1) {
    super();
    for (const size of [outputSize].flat())
      if (size !== null) integer('The outputSize of AdaptiveAvgPool2d', size, { min: 1 });
  }
  /** [batch, height, width, channels] to [batch, height', width', channels]. */
  forward(x: tf.Tensor): tf.Tensor {
    return F.adaptiveAvgPool(x, this.outputSize);
  }
}

/** Dropout of single values, in training mode only. */
export class Dropout extends Plain {
  constructor(readonly p = 0.5) {
    super();
    number('The p of Dropout', p, { min: 0, below: 1 });
  }
  /** Any shape; while training each value is zero with probability p, the others are scaled by 1 / (1 - p). */
  forward(x: tf.Tensor): tf.Tensor {
    return this.training ? F.dropout(x, this.p) : x;
  }
}

/** Drops a residual branch for whole samples, in training mode only. */
export class StochasticDepth extends Plain {
  constructor(readonly p: number) {
    super();
    number('The p of StochasticDepth', p, { min: 0, below: 1 });
  }
  /** [batch, ...]; while training each sample is zero with probability p, the others are scaled by 1 / (1 - p). */
  forward(x: tf.Tensor): tf.Tensor {
    return this.training ? F.stochasticDepth(x, this.p) : x;
  }
}
