import type { tf } from '../../backend';
import * as F from '../functional';
import { Module } from '../module';
import { number } from '../../check';

/** Layers without parameters, one class each, named as PyTorch's. */
abstract class Plain extends Module {
  abstract override forward(x: tf.Tensor): tf.Tensor;
}

export class ReLU extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.relu(x);
  }
}
export class ReLU6 extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.relu6(x);
  }
}
export class SiLU extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.silu(x);
  }
}
export class GELU extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.gelu(x);
  }
}
export class Sigmoid extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.sigmoid(x);
  }
}
export class Tanh extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.tanh(x);
  }
}
export class Hardsigmoid extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.hardSigmoid(x);
  }
}
export class Hardswish extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.hardSwish(x);
  }
}
export class Identity extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}
/** [batch, ...] to [batch, features], channel by channel as PyTorch's NCHW layout. */
export class Flatten extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.flatten(x);
  }
}
/** Mean over height and width, kept as 1. */
export class AdaptiveAvgPool2d extends Plain {
  forward(x: tf.Tensor): tf.Tensor {
    return F.globalAvgPool(x);
  }
}

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
