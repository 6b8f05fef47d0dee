import { nn, tf } from 'scalable-inference';

/** Values in [0, 1) from an integer hash, as `golden.py` beside the reference values defines them. */
export function hashed(count: number, entry: number, seed = 0): Float64Array {
  const salt = Math.imul(entry + 1 + 1000 * seed, 0x85ebca77) >>> 0;
  return Float64Array.from({ length: count }, (_, j) => {
    let h = (Math.imul(j + 1, 0x9e3779b1) ^ salt) >>> 0;
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d) >>> 0;
    h ^= h >>> 12;
    return (h >>> 0) / 2 ** 32;
  });
}

function scaled(name: string, shape: readonly number[], u: number): number {
  if (name.endsWith('running_var') || (name.endsWith('weight') && shape.length === 1)) return 0.5 + u;
  if (name.endsWith('layer_scale')) return u;
  if (/(class_token|pos_embedding|cls_token|position_embeddings)$/.test(name)) return (u - 0.5) * 0.2;
  if (name.endsWith('relative_position_bias_table')) return u - 0.5;
  if (shape.length >= 2) return (u - 0.5) * 2 * Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1));
  return (u - 0.5) * 0.2;
}

/** Fills a network with the weights that the reference values were computed with, and sets inference behaviour. */
export function fillReference<M extends nn.Module>(net: M, seed = 0): M {
  const entries = net.stateDict();
  let index = 0;
  for (const [name, entry] of Object.entries(entries)) {
    if (entry.dtype !== 'float32') continue;
    const { shape } = entry;
    const values = Float32Array.from(hashed(entry.data.length, index++, seed), (u) => scaled(name, shape, u));
    entries[name] = { ...entry, data: values };
  }
  net.loadStateDict(entries);
  return net.eval();
}

/** The reference pictures, as [batch, height, width, channels]; they are defined in PyTorch's order of dimensions. */
export function referencePixels([batch, height, width, channels]: readonly [number, number, number, number], seed = 0): tf.Tensor4D {
  const values = Float32Array.from(hashed(batch * height * width * channels, 0, seed + 7), (u) => (u - 0.5) * 2);
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [batch, channels, height, width]), [0, 2, 3, 1]));
}
