import { nn, tf } from 'scalable-inference';
import { readGolden } from '../support/golden';
import { hashed } from '../support/reference-weights';
import { build } from './build';
import type { Spec } from './parts';

/** A tensor in PyTorch's integers, bytes in hexadecimal. */
export interface QuantizedWeight {
  scale: number;
  zeroPoint: number;
  scales: number[];
  perTensor: string;
  perChannel: string;
}

/** What PyTorch computes for a network: see `test/golden/any-network.py`. */
export interface Reference {
  spec: Spec;
  parameters: string[];
  state: string[];
  shape: number[];
  output: number[];
  /** Of the input and of parameters: norm, product with a direction, then all values where they are few. */
  gradients: Record<string, number[]>;
  pruned: { masks: Record<string, string>; state: string[]; output: number[] } | null;
  weights: Record<string, QuantizedWeight>;
  activations: Record<
    'minMax' | 'average' | 'histogram',
    { scale: number; zeroPoint: number; faked: number; integers: string }
  >;
}

export const references = (): Reference[] => readGolden<Reference[]>('any-network.json');

const BATCH = 3;
/** Entries and seed of the hash that are not parameters. */
const [DEAD, INPUT, DIRECTION] = [500, 999, 900];

const spread = (count: number, entry: number, seed: number, low: number, high: number): Float32Array =>
  hashed(count, entry, seed, { scale: high - low, offset: low / (high - low) });

/** Smallest and largest value of an entry of PyTorch's shape. */
function span(name: string, shape: readonly number[], scale: Spec['scale']): [low: number, high: number] {
  const factor = { ordinary: 1, large: 30, small: 1e-3 }[scale];
  if (name.endsWith('running_var')) return [0.3, 1.8];
  if (name.endsWith('running_mean')) return [-0.4, 0.6];
  if (shape.length === 1) return /(weight|scale)$/.test(name) ? [0.4, 1.6] : [-0.5 * factor, 0.6 * factor];
  const bound = (factor * 1.6) / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1));
  return [-bound, 1.1 * bound];
}

/** The network of a spec with the weights of the reference, in inference mode. */
export function buildReference(spec: Spec): nn.Module {
  const net = build(spec);
  const seen = new Set<tf.Tensor>();
  for (const [name, { tensor, layout }] of net.namedSlots()) {
    if (tensor.dtype !== 'float32' || seen.has(tensor) || name.endsWith('num_batches_tracked')) continue;
    const shape = nn.torchShape(tensor.shape, layout);
    const values = spread(tensor.size, seen.size, spec.seed, ...span(name, shape, spec.scale));
    if (!name.includes('running')) {
      const dead = spread(shape[0], DEAD + seen.size, spec.seed, 0, 1).map((value) => Number(value < spec.dead));
      values.forEach((_, i) => (values[i] *= 1 - dead[Math.floor((i * shape[0]) / values.length)]));
    }
    seen.add(tensor);
    tf.tidy(() => tensor.assign(nn.fromTorch(values, shape, layout)));
  }
  return net;
}

/** The input of the reference. */
export function referenceInput({ seed, input }: Spec): tf.Tensor {
  const shape = [BATCH, ...input];
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(spread(size, INPUT, seed, -1.1, 1.3), shape);
}

/** Direction 0 is that of the output, 1 that of the input's gradient, and one follows for every parameter. */
export const direction = (size: number, at: number): Float32Array => spread(size, at, DIRECTION, -0.5, 0.5);
