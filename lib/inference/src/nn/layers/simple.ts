import type { tf } from '../../backend';
import * as F from '../functional';
import { Module } from '../module';
import { number } from '../../check';

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
export class ReLU extends applying(F.relu) {}
export class ReLU6 extends applying(F.relu6) {}
export class SiLU extends applying(F.silu) {}
export class GELU extends applying(F.gelu) {}
export class Sigmoid extends applying(F.sigmoid) {}
export class Tanh extends applying(F.tanh) {}
export class Hardsigmoid extends applying(F.hardSigmoid) {}
export class Hardswish extends applying(F.hardSwish) {}
export class Identity extends applying((x) => x) {}
/** [batch, ...] to [batch, features], channel by channel as PyTorch's NCHW layout. */
export class Flatten extends applying(F.flatten) {}
/** Mean over height and width, kept as 1. */
export class AdaptiveAvgPool2d extends applying(F.globalAvgPool) {}

/** Reorders dimensions; see `nn.functional.transpose`. */
export class Permute extends Plain {
  constructor(readonly order: readonly number[]) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.transpose(x, this.order);
  }
}

export class MaxPool2d extends Plain {
  constructor(readonly settings: F.PoolSettings) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.maxPool(x, this.settings);
  }
}
export class AvgPool2d extends Plain {
  constructor(readonly settings: F.PoolSettings) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.avgPool(x, this.settings);
  }
}

/** Dropout of single values, in training mode only. */
export class Dropout extends Plain {
  constructor(readonly p = 0.5) {
    super();
    number('The p of Dropout', p, { min: 0, below: 1 });
  }
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
  forward(x: tf.Tensor): tf.Tensor {
    return this.training ? F.stochasticDepth(x, this.p) : x;
  }
}
