import type { Activation, Dims, Part } from './parts';
import type { Random } from './random';

const ACTIVATIONS: readonly Activation[] = [
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'silu',
  'gelu',
  'hardSigmoid',
  'hardSwish',
];
/** Draws parts that hold no others. */
export class LeafGenerator {
  constructor(protected readonly random: Random) {}

  protected leaf(dims: Dims): Part {
    const { random } = this;
    if (random.chance(0.25)) return this.activation();
    if (dims.length === 3) return this.pictureLeaf(dims);
    return dims.length === 2 ? this.tokenLeaf(dims) : this.featureLeaf(dims);
  }

  protected activation(): Part {
    return { kind: 'activation', name: this.random.pick(ACTIVATIONS), layer: this.random.chance(0.6) };
  }

  protected linear(inputs: number, outputs: number): Part {
    return { kind: 'linear', inputs, outputs, bias: this.random.chance(0.7) };
  }

  private epsilon(): number {
    return this.random.pick([1e-5, 1e-3, 1e-6]);
  }

  protected sameConv(inputs: number, outputs: number): Part {
    const size = this.random.pick([1, 3]);
    return {
      kind: 'conv',
      inputs,
      outputs,
      kernel: [size, size],
      stride: [1, 1],
      padding: [(size - 1) / 2, (size - 1) / 2],
      dilation: [1, 1],
      groups: 1,
      bias: this.random.chance(0.5),
    };
  }

  private conv(dims: Dims): Part {
    const { random } = this;
    const inputs = dims[2];
    const groups = random.chance(0.35) ? random.pick([1, 2, 3, 4].filter((g) => inputs % g === 0)) : 1;
    const outputs = groups === inputs && random.chance(0.7) ? inputs : groups * random.int(1, 3);
    const kernel = random.pair(1, 4);
    const padding: [number, number] = [random.int(0, kernel[0] - 1), random.int(0, kernel[1] - 1)];
    const part: Part = {
      kind: 'conv',
      inputs,
      outputs,
      kernel,
      stride: random.chance(0.6) ? [1, 1] : random.pair(1, 2),
      padding,
      dilation: random.chance(0.8) ? [1, 1] : random.pair(1, 2),
      groups,
      bias: random.chance(0.5),
    };
    return random.chance(0.2) ? { ...part, stride: [1, 1], padding: 'same' } : part;
  }

  private pictureLeaf(dims: Dims): Part {
    const { random } = this;
    const [height, width, channels] = dims;
    const draw = random.next();
    if (draw < 0.35) return this.conv(dims);
    if (draw < 0.5)
      return { kind: random.chance(0.75) ? 'batchNorm' : 'layerNorm', features: channels, epsilon: this.epsilon() };
    if (draw < 0.62) return this.pool();
    if (draw < 0.68) return { kind: 'scaleShift', features: channels };
    if (draw < 0.74) return { kind: 'twoNorms', channels, bias: random.chance(0.5) };
    if (draw < 0.8) return { kind: 'tokens' };
    if (draw < 0.85) return { kind: 'roll', axis: random.int(0, 1), shift: random.int(-3, 3) };
    if (draw < 0.9) return this.pad();
    if (draw < 0.95) return this.cut([height, width, channels]);
    return { kind: 'clampMax', max: random.pick([0.5, 1, 6]) };
  }

  private pool(): Part {
    const { random } = this;
    if (random.chance(0.2)) return { kind: 'adaptivePool', size: random.pair(1, 4) };
    const kernel = random.pair(1, 3);
    const padding: [number, number] = [random.int(0, kernel[0] >> 1), random.int(0, kernel[1] >> 1)];
    return { kind: random.pick(['maxPool', 'avgPool']), kernel, stride: random.pair(1, 2), padding };
  }

  private pad(): Part {
    const [axis, before, after] = [1, 2, 2].map((most) => this.random.int(0, most)) as [number, number, number];
    return { kind: 'pad', axis, before, after, joined: (before + after) % 2 === 1 };
  }

  private cut(dims: Dims): Part {
    const axis = this.random.int(0, dims.length - 1);
    const begin = this.random.int(0, dims[axis] - 1);
    const size = this.random.int(1, dims[axis] - begin);
    return { kind: 'slice', axis, begin, size, named: size % 2 === 0 };
  }

  private tokenLeaf(dims: Dims): Part {
    const { random } = this;
    const [tokens, features] = dims;
    const draw = random.next();
    if (draw < 0.25) return this.linear(features, 2 * random.int(1, 4));
    if (draw < 0.4) return { kind: 'layerNorm', features, epsilon: this.epsilon() };
    if (draw < 0.6) {
      const heads = random.pick([1, 2, 4].filter((h) => features % h === 0));
      return { kind: 'attention', features, heads, byHand: random.chance(0.6) };
    }
    if (draw < 0.66) return { kind: 'swapTokens' };
    if (draw < 0.69) return { kind: 'softmax', parts: [3, 2, 1].find((n) => features % n === 0) };
    if (draw < 0.72) return { kind: 'softmax' };
    if (draw < 0.77) return { kind: 'l2Normalize' };
    if (draw < 0.83) return this.cut(dims);
    if (draw < 0.88) return { kind: 'roll', axis: random.int(0, 1), shift: random.int(-2, 2) };
    if (draw < 0.94) {
      const rows = random.int(1, 5);
      return {
        kind: 'tableBias',
        rows,
        features,
        indices: Array.from({ length: tokens }, () => random.int(0, rows - 1)),
      };
    }
    return this.ownWeights(features);
  }

  private ownWeights(features: number): Part {
    const { random } = this;
    const kind = random.pick(['twoWeights', 'tied', 'tiedLayers', 'scaleShift'] as const);
    return kind === 'tied'
      ? { kind, features, hidden: random.int(1, 5), activation: random.pick(ACTIVATIONS) }
      : { kind, features };
  }

  private featureLeaf(dims: Dims): Part {
    const { random } = this;
    const [features] = dims;
    const draw = random.next();
    if (draw < 0.45) return this.linear(features, random.int(1, 8));
    if (draw < 0.55) return { kind: 'layerNorm', features, epsilon: this.epsilon() };
    if (draw < 0.85) return this.ownWeights(features);
    if (draw < 0.92) return this.cut(dims);
    return { kind: random.pick(['softmax', 'l2Normalize']) };
  }
}
