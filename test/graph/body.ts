import { nn, tf } from 'scalable-inference';

export const F = nn.functional;

export type Forward = (x: tf.Tensor, net: Body) => tf.Tensor;

/** A network with a few layers and parameters, and a `forward` as people write it. */
export class Body extends nn.Module {
  readonly fc: nn.Linear;
  readonly mix = new nn.Linear({ inFeatures: 6, outFeatures: 6 });
  readonly conv = new nn.Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, padding: 1 });
  constructor(
    inFeatures: number,
    private readonly body: Forward,
  ) {
    super();
    this.fc = new nn.Linear({ inFeatures, outFeatures: 4 });
    this.registerParameter('token', tf.randomNormal([1, 1, 6], 0, 1, 'float32', 5));
    this.registerParameter('table', tf.randomNormal([3, 6], 0, 1, 'float32', 6));
  }
  override value(name: string): tf.Tensor {
    return super.value(name);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.body(x, this);
  }
}

export const PICTURE = [4, 3, 6];
export const batchOf = (x: tf.Tensor): number => x.shape[0];
/** [batch, height, width, 6] to [batch, 12, 6]. */
export const tokens = (x: tf.Tensor): tf.Tensor => F.reshape(x, [batchOf(x), 12, 6]);
