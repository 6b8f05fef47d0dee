import { tf } from 'scalable-inference/backend';
import { BatchNorm2d, Conv2d, functional as F, Linear, Module, Sequential } from 'scalable-inference/nn';
import type { PreparedNetwork } from 'scalable-inference/quantize';

const convolution = (inChannels: number, outChannels: number, kernelSize: number, stride = 1, groups = 1): Conv2d =>
  new Conv2d({ inChannels, outChannels, kernelSize, padding: (kernelSize - 1) / 2, stride, groups, bias: false });

/** A 3x3 convolution of each channel on its own, then one of 1x1 that mixes the channels, as in MobileNet (Howard et al. 2017). */
class DepthwiseBlock extends Module {
  readonly depthwise: Conv2d;
  readonly norm1: BatchNorm2d;
  readonly pointwise: Conv2d;
  readonly norm2: BatchNorm2d;

  constructor(inChannels: number, outChannels: number, stride: number) {
    super();
    this.depthwise = convolution(inChannels, inChannels, 3, stride, inChannels);
    this.norm1 = new BatchNorm2d({ numFeatures: inChannels });
    this.pointwise = convolution(inChannels, outChannels, 1);
    this.norm2 = new BatchNorm2d({ numFeatures: outChannels });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const filtered = F.relu(this.norm1.forward(this.depthwise.forward(x)));
    return F.relu(this.norm2.forward(this.pointwise.forward(filtered)));
  }
}

/** A small network of depthwise blocks for pictures of [batch, 32, 32, 3] and ten classes. */
export class DepthwiseNet extends Module {
  readonly stem: Conv2d;
  readonly norm: BatchNorm2d;
  readonly blocks: Sequential;
  readonly fc: Linear;

  constructor() {
    super();
    this.stem = convolution(3, 24, 3, 2);
    this.norm = new BatchNorm2d({ numFeatures: 24 });
    this.blocks = new Sequential([
      new DepthwiseBlock(24, 32, 1),
      new DepthwiseBlock(32, 48, 2),
      new DepthwiseBlock(48, 64, 1),
      new DepthwiseBlock(64, 96, 2),
    ]);
    this.fc = new Linear({ inFeatures: 96, outFeatures: 10 });
  }

  forward(x: tf.Tensor): tf.Tensor {
    const features = this.blocks.forward(F.relu(this.norm.forward(this.stem.forward(x))));
    return this.fc.forward(F.flatten(F.globalAvgPool(features)));
  }
}

function setChannel(module: Module, name: string, channel: number, value: number): void {
  const tensor = module.tensor(name) as tf.Variable;
  const values = tensor.dataSync().slice();
  values[channel] = value;
  const changed = tf.tensor1d(values);
  tensor.assign(changed);
  changed.dispose();
}

/**
 * Lets one channel in front of each depthwise layer die, the one with the smallest factor: always zero after ReLU, and
 * with statistics behind it as a long training would note them. Train a little more, so that the others take over.
 *
 * @returns how many channels died
 */
export function loseChannels(net: DepthwiseNet): number {
  const blocks = [...net.blocks] as DepthwiseBlock[];
  blocks.forEach((block, i) => {
    const norm = i === 0 ? net.norm : blocks[i - 1].norm2;
    const factors = Array.from(norm.tensor('weight').dataSync(), Math.abs);
    const channel = factors.indexOf(Math.min(...factors));
    setChannel(norm, 'weight', channel, 0);
    setChannel(norm, 'bias', channel, -0.1); // ReLU makes it 0
    setChannel(block.norm1, 'running_mean', channel, 0);
    setChannel(block.norm1, 'running_var', channel, 0);
  });
  return blocks.length;
}

/** The largest weight of one channel of a layer, after folding. */
export interface ChannelWeight extends Readonly<Record<string, unknown>> {
  readonly layer: string;
  /** Magnitude, at least a millionth, so that a logarithmic axis can show it. */
  readonly weight: number;
}

/** The largest weight of each channel of the depthwise layers of a prepared network, whose input shape must be known. */
export function largestWeights(prepared: PreparedNetwork): ChannelWeight[] {
  const layers = prepared.required().nodes.filter(({ op, path }) => op === 'conv2d' && path.endsWith('depthwise'));
  return layers.flatMap((node) => {
    const largest = new Float32Array(node.shape[3]).fill(1e-6);
    const weights = node.inputs[1].constant?.data as Float32Array;
    weights.forEach((value, i) => {
      const channel = i % largest.length;
      largest[channel] = Math.max(largest[channel], Math.abs(value));
    });
    return Array.from(largest, (weight) => ({ layer: node.path, weight }));
  });
}
