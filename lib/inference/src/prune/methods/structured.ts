import { nextSeed } from '../../backend';
import { checkAmount, countToPrune, type Amount } from '../amount';
import { PruningError, sizeText } from '../errors';
import { markLargest } from '../select';
import { axisSizes, checkDim, PruningMethod, type Scores } from './base';
import { randomChoice } from './unstructured';

/** Order of a norm, as `torch.norm` takes it: a number (0 counts what is not zero), ±Infinity, or 'fro' for 2. */
export type NormOrder = number | 'fro';

function checkRank({ shape }: Scores): void {
  if (shape.length > 1) return;
  throw new PruningError(
    'ValueError',
    `Structured pruning can only be applied to multidimensional tensors. Found tensor of shape ${sizeText(shape)} with ${shape.length} dims`,
  );
}

/** Base of the two methods that prune whole channels. */
abstract class Structured extends PruningMethod {
  readonly type = 'structured';

  constructor(
    readonly amount: Amount,
    override readonly dim: number,
  ) {
    super();
    checkAmount(amount);
  }

  /** A function that says, asked for 0, 1, 2, ... in order, whether the channel is to be pruned. */
  protected abstract choose(scores: Scores, dim: number, count: number): (channel: number) => boolean;

  computeMask(scores: Scores, defaultMask: Float32Array): Float32Array {
    checkRank(scores);
    const dim = checkDim(this.dim, scores.shape, sizeText(scores.shape));
    const { before, size, after } = axisSizes(scores.shape, dim);
    const count = countToPrune(this.amount, size);
    const mask = defaultMask.slice();
    if (count === 0) return mask;
    const pruned = Array.from({ length: size }, (_, i) => i).filter(this.choose(scores, dim, count));
    for (const channel of pruned) {
      for (let a = 0; a < before; a++) mask.fill(0, (a * size + channel) * after, (a * size + channel + 1) * after);
    }
    return mask;
  }
}

/** Prunes the channels with the smallest norm. */
export class LnStructured extends Structured {
  override readonly ranksMagnitudes = true;

  constructor(
    amount: Amount,
    readonly n: NormOrder,
    dim: number,
  ) {
    super(amount, dim);
    if (n !== 'fro' && (typeof n !== 'number' || Number.isNaN(n))) {
      throw new PruningError('ValueError', `n=${String(n)} should be a number, Infinity, -Infinity or 'fro'.`);
    }
  }

  protected choose(scores: Scores, dim: number, count: number): (channel: number) => boolean {
    const norms = channelNorms(scores, dim, this.n);
    // PyTorch keeps the largest rather than pruning the smallest, which tells in how ties fall.
    const kept = markLargest(norms, norms.length - count);
    return (channel) => !kept[channel];
  }
}

/** Prunes channels picked at random. */
export class RandomStructured extends Structured {
  /** @param seed default: drawn from the library's shared stream, see `backend.seed` */
  constructor(
    amount: Amount,
    dim: number,
    readonly seed: number = nextSeed(),
  ) {
    super(amount, dim);
  }

  protected choose({ shape }: Scores, dim: number, count: number): (channel: number) => boolean {
    return randomChoice(shape[dim], count, this.seed);
  }
}

/** Adds one magnitude to a running total; `finish` makes the norm of it. */
interface Accumulator {
  start: number;
  add(total: number, magnitude: number): number;
  finish(total: number): number;
}

const same = (total: number): number => total;

function accumulator(order: number): Accumulator {
  if (order === Infinity) return { start: 0, add: Math.max, finish: same };
  if (order === -Infinity) return { start: Infinity, add: Math.min, finish: same };
  if (order === 0) return { start: 0, add: (total, value) => total + (value === 0 ? 0 : 1), finish: same };
  if (order === 1) return { start: 0, add: (total, value) => total + value, finish: same };
  if (order === 2) return { start: 0, add: (total, value) => total + value * value, finish: Math.sqrt };
  return { start: 0, add: (total, value) => total + value ** order, finish: (total) => total ** (1 / order) };
}

/** The norm of each channel over all other dimensions; summed in float64, rounded to float32 at the end. */
function channelNorms({ shape, values }: Scores, dim: number, order: NormOrder): Float32Array {
  const { before, size, after } = axisSizes(shape, dim);
  const { start, add, finish } = accumulator(order === 'fro' ? 2 : order);
  return Float32Array.from({ length: size }, (_, channel) => {
    let total = start;
    for (let a = 0; a < before; a++) {
      const offset = (a * size + channel) * after;
      for (let b = 0; b < after; b++) total = add(total, Math.abs(values[offset + b]));
    }
    return finish(total);
  });
}
