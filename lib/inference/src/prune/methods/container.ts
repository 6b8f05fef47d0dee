import { axisSizes, checkDim, PruningMethod, type Scores } from './base';
import { sizeText } from '../errors';

/** The methods applied to one tensor, in order; after `torch.nn.utils.prune.PruningContainer`. */
export class PruningContainer extends PruningMethod implements Iterable<PruningMethod> {
  readonly type = 'global';

  constructor(readonly methods: readonly PruningMethod[]) {
    super();
  }

  /** Number of methods so far. */
  get length(): number {
    return this.methods.length;
  }

  /** The method at an index, negative ones counted from the end; undefined where there is none. */
  at(index: number): PruningMethod | undefined {
    return this.methods.at(index);
  }

  /** The methods in the order in which they were applied. */
  [Symbol.iterator](): Iterator<PruningMethod> {
    return this.methods[Symbol.iterator]();
  }

  /** The mask after the last method, which sees only what the earlier ones left. */
  computeMask(scores: Scores, defaultMask: Float32Array): Float32Array {
    const last = this.methods.at(-1);
    return last ? composeMask(last, scores, defaultMask) : defaultMask.slice();
  }
}

/** Applies a method to what `mask` keeps, and combines the two. */
export function composeMask(method: PruningMethod, scores: Scores, mask: Float32Array): Float32Array {
  if (method.type === 'global') return method.computeMask(scores, mask);
  const places = method.type === 'unstructured' ? keptValues(mask) : keptChannels(scores.shape, mask, method.dim ?? -1);
  const partial = method.computeMask(
    { shape: places.shape, values: Float32Array.from(places.positions, (i) => scores.values[i]) },
    Float32Array.from(places.positions, (i) => mask[i]),
  );
  const result = mask.slice();
  places.positions.forEach((position, i) => (result[position] = partial[i]));
  return result;
}

/** Part of a tensor: where its elements lie, and the shape they have together. */
interface Places {
  shape: number[];
  positions: Uint32Array;
}

function keptValues(mask: Float32Array): Places {
  const count = mask.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0);
  const positions = new Uint32Array(count);
  let next = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) positions[next++] = i;
  return { shape: [count], positions };
}

function keptChannels(shape: readonly number[], mask: Float32Array, wanted: number): Places {
  const dim = checkDim(wanted, shape, sizeText(shape));
  const { before, size, after } = axisSizes(shape, dim);
  const kept = new Uint8Array(size);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) kept[Math.floor(i / after) % size] = 1;
  const channels = kept.reduce((sum, flag) => sum + flag, 0);
  const positions = new Uint32Array(before * channels * after);
  let next = 0;
  for (let i = 0; i < mask.length; i++) if (kept[Math.floor(i / after) % size]) positions[next++] = i;
  return { shape: shape.map((n, i) => (i === dim ? channels : n)), positions };
}
