import { type nn, tf } from 'scalable-inference';

/** Values from an integer hash in [0, 1), as `golden.py` beside the reference values defines them, moved and scaled. */
export function hashed(count: number, entry: number, seed = 0, { scale = 1, offset = 0 } = {}): Float32Array {
  const salt = Math.imul(entry + 1 + 1000 * seed, 0x85ebca77);
  const values = new Float32Array(count);
  for (let j = 0; j < count; j++) {
    let h = Math.imul(j + 1, 0x9e3779b1) ^ salt;
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    h ^= h >>> 12;
    values[j] = ((h >>> 0) / 2 ** 32 + offset) * scale;
  }
  return values;
}

/** How the hash becomes an entry: (u + offset) · scale. */
function range(name: string, shape: readonly number[]): { scale: number; offset: number } {
  if (name.endsWith('running_var') || (name.endsWith('weight') && shape.length === 1)) return { scale: 1, offset: 0.5 };
  if (name.endsWith('layer_scale')) return { scale: 1, offset: 0 };
  if (/(class_token|pos_embedding|cls_token|position_embeddings)$/.test(name)) return { scale: 0.2, offset: -0.5 };
  if (name.endsWith('relative_position_bias_table')) return { scale: 1, offset: -0.5 };
  if (shape.length >= 2) return { scale: 2 * Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1)), offset: -0.5 };
  return { scale: 0.2, offset: -0.5 };
}

/** Fills a network with the weights that the reference values were computed with, and sets inference behaviour. */
export function fillReference<M extends nn.Module>(net: M, seed = 0): M {
  const entries = net.stateDict();
  let index = 0;
  for (const [name, entry] of Object.entries(entries)) {
    if (entry.dtype !== 'float32') continue;
    entries[name] = { ...entry, data: hashed(entry.data.length, index++, seed, range(name, entry.shape)) };
  }
  net.loadStateDict(entries);
  return net.eval();
}

/** The reference pictures, as [batch, height, width, channels]; they are defined in PyTorch's order of dimensions. */
export function referencePixels(
  [batch, height, width, channels]: readonly [number, number, number, number],
  seed = 0,
): tf.Tensor4D {
  const values = hashed(batch * height * width * channels, 0, seed + 7, { scale: 2, offset: -0.5 });
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [batch, channels, height, width]), [0, 2, 3, 1]));
}
