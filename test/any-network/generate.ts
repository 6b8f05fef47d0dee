import { outDims, type Activation, type Dims, type Holder, type Part, type Spec } from './parts';
import { Random } from './random';

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
const HOLDERS: readonly Holder[] = [
  'sequential',
  'named',
  'list',
  'fields',
  'array',
  'object',
  'map',
  'nested',
  'pushed',
  'numbered',
];

/** A random network. The same seed always gives the same one. */
export function generate(seed: number): Spec {
  return new Generator(seed).spec();
}

class Generator {
  private readonly random: Random;
  /** Parts that may be used again, by key. */
  private readonly shared = new Map<string, Part>();

  constructor(private readonly seed: number) {
    this.random = new Random(seed * 2654435761);
  }

  spec(): Spec {
    const { random } = this;
    const input = this.inputDims();
    const parts: Part[] = [];
    let dims = input;
    for (let i = random.int(1, 5); i > 0; i--) dims = this.append(parts, this.part(dims, 2), dims);
    if (random.chance(0.7)) dims = this.append(parts, this.toFeatures(dims), dims);
    if (dims.length === 1 && random.chance(0.8)) this.append(parts, this.linear(dims[0], random.int(1, 5)), dims);
    return {
      seed: this.seed,
      input,
      body: { kind: 'sequence', holder: random.pick(HOLDERS), parts },
      scale: random.chance(0.8) ? 'ordinary' : random.pick(['large', 'small']),
      dead: random.chance(0.2) ? 0.4 : 0,
    };
  }

  private inputDims(): Dims {
    const { random } = this;
    const kind = random.next();
    if (kind < 0.6) return [random.int(1, 9), random.int(1, 9), random.int(1, 4)];
    return kind < 0.8 ? [random.int(1, 6), 2 * random.int(1, 4)] : [random.int(1, 10)];
  }

  /** Adds a part where it fits; the dims behind it. */
  private append(parts: Part[], part: Part, dims: Dims): Dims {
    const out = outDims(part, dims);
    if (!out || out.reduce((a, b) => a * b, 1) > 600) return dims;
    parts.push(part);
    return out;
  }

  private toFeatures(dims: Dims): Part {
    const { random } = this;
    if (dims.length === 2) return random.chance(0.5) ? { kind: 'meanTokens' } : { kind: 'flattenByHand' };
    if (dims.length === 1) return this.activation();
    if (random.chance(0.4)) return { kind: random.pick(['flatten', 'flattenByHand']) };
    if (random.chance(0.4)) return { kind: 'meanPixels' };
    return { kind: 'sequence', holder: 'sequential', parts: [{ kind: 'globalAvgPool' }, { kind: 'flatten' }] };
  }

  private part(dims: Dims, depth: number): Part {
    const { random } = this;
    if (depth > 0 && random.chance(0.45)) return this.composite(dims, depth - 1);
    if (random.chance(0.12)) return this.reuse(dims) ?? this.leaf(dims);
    return this.leaf(dims);
  }

  /** A leaf that becomes, or is already, a module used in several places. */
  private reuse(dims: Dims): Part | undefined {
    const known = [...this.shared].filter(([, part]) => outDims(part, dims));
    if (known.length > 0) {
      const [key, body] = this.random.pick(known);
      return { kind: 'shared', key, body };
    }
    const body = this.leaf(dims);
    const key = `s${this.shared.size}`;
    this.shared.set(key, body);
    return { kind: 'shared', key, body };
  }

  private composite(dims: Dims, depth: number): Part {
    const { random } = this;
    const kinds = ['sequence', 'residual', 'concat', 'gate', 'dense', 'repeat'] as const;
    const kind = random.pick(dims.length === 2 ? ([...kinds, 'product'] as const) : kinds);
    if (kind === 'sequence') {
      const parts: Part[] = [];
      let at = dims;
      for (let i = random.int(1, 3); i > 0; i--) at = this.append(parts, this.part(at, depth), at);
      return parts.length > 0 ? { kind, holder: random.pick(HOLDERS), parts } : this.activation();
    }
    if (kind === 'concat') {
      const branches = Array.from({ length: random.int(2, 3) }, () => this.keeping(dims, depth, random.chance(0.5)));
      return { kind, branches };
    }
    if (kind === 'dense') return this.dense(dims, depth);
    if (kind === 'product')
      return { kind, left: this.keeping(dims, depth, false), right: this.keeping(dims, depth, false) };
    const body = this.keeping(dims, depth, false);
    return kind === 'repeat' ? { kind, body, times: random.int(2, 3), listed: random.chance(0.5) } : { kind, body };
  }

  private dense(dims: Dims, depth: number): Part {
    const blocks: Part[] = [];
    let at = dims;
    for (let i = this.random.int(2, 3); i > 0; i--) {
      const block = this.keeping(at, depth, true);
      const out = outDims(block, at);
      if (!out || at[at.length - 1] + out[out.length - 1] > 16) break;
      blocks.push(block);
      at = [...at.slice(0, -1), at[at.length - 1] + out[out.length - 1]];
    }
    return { kind: 'dense', blocks };
  }

  /** A part that keeps the dims, all but the last one where `widen`. */
  private keeping(dims: Dims, depth: number, widen: boolean): Part {
    const { random } = this;
    const channels = dims[dims.length - 1];
    for (let tries = 0; tries < 8; tries++) {
      const part = this.part(dims, depth);
      const out = outDims(part, dims);
      const kept = widen ? out?.slice(0, -1).join() === dims.slice(0, -1).join() : out?.join() === dims.join();
      if (kept) return part;
    }
    const outputs = widen ? random.int(1, 5) : channels;
    return dims.length === 3 ? this.sameConv(channels, outputs) : this.linear(channels, outputs);
  }

  private leaf(dims: Dims): Part {
    const { random } = this;
    if (random.chance(0.25)) return this.activation();
    if (dims.length === 3) return this.pictureLeaf(dims);
    return dims.length === 2 ? this.tokenLeaf(dims) : this.featureLeaf(dims);
  }

  private activation(): Part {
    return { kind: 'activation', name: this.random.pick(ACTIVATIONS), layer: this.random.chance(0.6) };
  }

  private linear(inputs: number, outputs: number): Part {
    return { kind: 'linear', inputs, outputs, bias: this.random.chance(0.7) };
  }

  private epsilon(): number {
    return this.random.pick([1e-5, 1e-3, 1e-6]);
  }

  private sameConv(inputs: number, outputs: number): Part {
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
