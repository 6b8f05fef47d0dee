import { nn, tf } from 'scalable-inference';

/** Modules that hold parameters of their own, several in one module, or share them. */
const { functional: F } = nn;

export class ScaleShift extends nn.Module {
  constructor(features: number) {
    super();
    this.registerParameter('scale', tf.ones([features]));
    this.registerParameter('offset', tf.zeros([features]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.add(F.multiply(x, this.value('scale')), this.value('offset'));
  }
}

export class TableBias extends nn.Module {
  constructor(
    rows: number,
    features: number,
    private readonly indices: readonly number[],
  ) {
    super();
    this.registerParameter('table', tf.zeros([rows, features]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.add(x, F.gather(this.value('table'), this.indices));
  }
}

export class TwoWeights extends nn.Module {
  constructor(features: number) {
    super();
    for (const name of ['w1', 'w2']) this.registerParameter(name, tf.zeros([features, features]), 'linear');
    this.registerParameter('b2', tf.zeros([features]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return F.linear(F.linear(x, this.value('w1')), this.value('w2'), this.value('b2'));
  }
}

export class TiedDecoder extends nn.Module {
  readonly encoder: nn.Linear;
  constructor(
    features: number,
    hidden: number,
    private readonly activation: (x: tf.Tensor) => tf.Tensor,
  ) {
    super();
    this.encoder = new nn.Linear({ inFeatures: features, outFeatures: hidden });
  }
  forward(x: tf.Tensor): tf.Tensor {
    const hidden = this.activation(this.encoder.forward(x));
    return F.matmul(hidden, this.encoder.weight, { transposeB: true });
  }
}

export class TiedLayers extends nn.Module {
  readonly first: nn.Linear;
  readonly second: nn.Linear;
  constructor(features: number) {
    super();
    this.first = new nn.Linear({ inFeatures: features, outFeatures: features });
    this.second = new nn.Linear({ inFeatures: features, outFeatures: features, bias: false });
    this.second.unregister('weight')?.tensor.dispose();
    const slot = this.first.parameterSlot('weight');
    if (slot) this.second.registerParameter('weight', slot.tensor, slot.layout);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.second.forward(F.relu(this.first.forward(x)));
  }
}

export class TwoNorms extends nn.Module {
  readonly conv: nn.Conv2d;
  readonly norm1: nn.BatchNorm2d;
  readonly norm2: nn.BatchNorm2d;
  constructor(channels: number, bias: boolean) {
    super();
    this.conv = new nn.Conv2d({ inChannels: channels, outChannels: channels, kernelSize: 1, bias });
    this.norm1 = new nn.BatchNorm2d({ numFeatures: channels });
    this.norm2 = new nn.BatchNorm2d({ numFeatures: channels });
  }
  forward(x: tf.Tensor): tf.Tensor {
    const once = F.relu(this.norm1.forward(this.conv.forward(x)));
    return this.norm2.forward(this.conv.forward(once));
  }
}
