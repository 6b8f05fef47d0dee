import { LeafGenerator } from './generate-leaves';
import { outDims, type Dims, type Holder, type Part, type Spec } from './parts';
import { Random } from './random';

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

/** The same for networks that read integers: an embedding, and anything that takes tokens behind it. */
export function generateText(seed: number): Spec {
  return new Generator(seed).text();
}

class Generator extends LeafGenerator {
  /** Parts that may be used again, by key. */
  private readonly shared = new Map<string, Part>();

  constructor(private readonly seed: number) {
    super(new Random(seed * 2654435761));
  }

  spec(): Spec {
    return this.behind([], this.inputDims());
  }

  text(): Spec {
    const { random } = this;
    const first: Part = { kind: 'embedding', rows: random.int(1, 12), width: 2 * random.int(1, 4) };
    return this.behind([first], [random.int(1, 6)]);
  }

  /** @param parts the first ones */
  private behind(parts: Part[], input: Dims): Spec {
    const { random } = this;
    let dims = parts.reduce((at, part) => outDims(part, at) ?? at, input);
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
}
