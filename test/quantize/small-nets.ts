import { nn, tf } from 'scalable-inference';
const F = nn.functional;

const conv = (
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  more: Partial<nn.Conv2dOptions> = {},
): nn.Conv2d => new nn.Conv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, ...more });

/**
 * Every operation with an integer kernel: stem, residual block with a shortcut, depthwise pair, pools, dense layers.
 */
export class SmallNet extends nn.Module {
  readonly conv1 = conv(3, 8, 3);
  readonly bn1 = new nn.BatchNorm2d({ numFeatures: 8 });
  readonly conv2 = conv(8, 8, 3);
  readonly shortcut = conv(8, 8, 1);
  readonly depthwise = conv(8, 8, 3, { groups: 8, stride: 2 });
  readonly pointwise = conv(8, 16, 1);
  readonly fc1 = new nn.Linear({ inFeatures: 16, outFeatures: 12 });
  readonly fc2 = new nn.Linear({ inFeatures: 12, outFeatures: 5 });

  forward(x: tf.Tensor): tf.Tensor {
    let y = F.maxPool(F.relu(this.bn1.forward(this.conv1.forward(x))), { kernelSize: 2 });
    y = F.relu(F.add(this.conv2.forward(y), this.shortcut.forward(y)));
    y = F.relu6(this.depthwise.forward(y));
    y = F.avgPool(this.pointwise.forward(y), { kernelSize: 2 });
    return this.fc2.forward(F.relu(this.fc1.forward(F.flatten(F.globalAvgPool(y)))));
  }
}

/** Ends in a convolution, so that its outputs are integers on one scale. */
export class ConvNet extends nn.Module {
  readonly conv1 = conv(3, 6, 3, { stride: 2 });
  readonly conv2 = conv(6, 6, 3, { groups: 3 });
  readonly conv3 = conv(6, 4, 1);

  forward(x: tf.Tensor): tf.Tensor {
    const y = F.relu(this.conv1.forward(x));
    return F.add(this.conv3.forward(F.relu(this.conv2.forward(y))), this.conv3.forward(y));
  }
}

/** Statistics and factors as training leaves them, so that folding has something to fold. */
export function disturbNormalisation<M extends nn.Module>(net: M, seed = 1): M {
  for (const [name, buffer] of net.namedBuffers()) {
    if (name.endsWith('running_var')) buffer.assign(tf.randomUniform(buffer.shape, 0.5, 1.5, 'float32', seed));
    if (name.endsWith('running_mean')) buffer.assign(tf.randomUniform(buffer.shape, -0.1, 0.1, 'float32', seed + 1));
  }
  return net;
}
