import { nn, type tf } from 'scalable-inference';
import type { Activation } from './parts';

/** Modules as people write them beside the layers that come ready-made. */
const { functional: F } = nn;

export const ACTIVATIONS: Record<Activation, { layer: new () => nn.Module; apply: (x: tf.Tensor) => tf.Tensor }> = {
  relu: { layer: nn.ReLU, apply: (x) => F.relu(x) },
  relu6: { layer: nn.ReLU6, apply: (x) => F.relu6(x) },
  sigmoid: { layer: nn.Sigmoid, apply: (x) => F.sigmoid(x) },
  tanh: { layer: nn.Tanh, apply: (x) => F.tanh(x) },
  silu: { layer: nn.SiLU, apply: (x) => F.silu(x) },
  gelu: { layer: nn.GELU, apply: (x) => F.gelu(x) },
  hardSigmoid: { layer: nn.Hardsigmoid, apply: (x) => F.hardSigmoid(x) },
  hardSwish: { layer: nn.Hardswish, apply: (x) => F.hardSwish(x) },
};

/** A module without children of its own. */
export class Lambda extends nn.Module {
  constructor(private readonly body: (x: tf.Tensor) => tf.Tensor) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.body(x);
  }
}

export class Residual extends nn.Module {
  constructor(readonly body: nn.Module) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.add(this.body.forward(x), x);
  }
}

export class Concat extends nn.Module {
  readonly branches: nn.ModuleList;
  constructor(modules: readonly nn.Module[]) {
    super();
    this.branches = new nn.ModuleList(modules);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.concat(
      [...this.branches].map((branch) => branch.forward(x)),
      x.rank - 1,
    );
  }
}

/** Blocks with a connection from everything before them (Huang et al. 2017). */
export class Dense extends nn.Module {
  readonly blocks: nn.ModuleList;
  constructor(modules: readonly nn.Module[]) {
    super();
    this.blocks = new nn.ModuleList(modules);
  }
  forward(x: tf.Tensor): tf.Tensor {
    let value = x;
    for (const block of this.blocks) value = F.concat([value, block.forward(value)], x.rank - 1);
    return value;
  }
}

export class Product extends nn.Module {
  constructor(
    readonly left: nn.Module,
    readonly right: nn.Module,
  ) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.matmul(this.left.forward(x), this.right.forward(x), { transposeB: true });
  }
}

export class Gate extends nn.Module {
  constructor(readonly body: nn.Module) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.multiply(x, F.sigmoid(this.body.forward(x)));
  }
}

export class Loop extends nn.Module {
  constructor(
    readonly body: nn.Module,
    readonly times: number,
  ) {
    super();
  }
  forward(x: tf.Tensor): tf.Tensor {
    let value = x;
    for (let i = 0; i < this.times; i++) value = this.body.forward(value);
    return value;
  }
}

/** Self-attention with separate projections, heads split and joined by hand with `x.shape[0]`. */
export class AttentionByHand extends nn.Module {
  readonly query: nn.Linear;
  readonly key: nn.Linear;
  readonly value_: nn.Linear;
  readonly out: nn.Linear;
  constructor(
    readonly features: number,
    readonly heads: number,
  ) {
    super();
    const linear = (): nn.Linear => new nn.Linear({ inFeatures: features, outFeatures: features });
    this.query = linear();
    this.key = linear();
    this.value_ = linear();
    this.out = linear();
  }
  forward(x: tf.Tensor): tf.Tensor {
    const [batch, tokens] = x.shape;
    const size = this.features / this.heads;
    const split = (y: tf.Tensor): tf.Tensor =>
      F.reshape(F.transpose(F.reshape(y, [batch, tokens, this.heads, size]), [0, 2, 1, 3]), [
        batch * this.heads,
        tokens,
        size,
      ]);
    const [q, k, v] = [this.query, this.key, this.value_].map((layer) => split(layer.forward(x)));
    const scores = F.multiply(F.matmul(q, k, { transposeB: true }), F.constant([1 / Math.sqrt(size)], [1]));
    const mixed = F.matmul(F.softmax(scores), v);
    const joined = F.transpose(F.reshape(mixed, [batch, this.heads, tokens, size]), [0, 2, 1, 3]);
    return this.out.forward(F.reshape(joined, [batch, tokens, this.features]));
  }
}
