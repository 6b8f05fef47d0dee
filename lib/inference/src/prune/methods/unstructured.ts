import { nextSeed, randomStream } from '../../backend';
import { checkAmount, countToPrune, type Amount } from '../amount';
import { markSmallest } from '../select';
import { PruningMethod, type Scores } from './base';

/** Leaves everything as it is, and makes the parametrization. */
export class Identity extends PruningMethod {
  readonly type = 'unstructured';

  computeMask(_scores: Scores, defaultMask: Float32Array): Float32Array {
    return defaultMask.slice();
  }
}

/** Prunes the values of smallest magnitude. */
export class L1Unstructured extends PruningMethod {
  readonly type = 'unstructured';
  override readonly ranksMagnitudes = true;

  constructor(readonly amount: Amount) {
    super();
    checkAmount(amount);
  }

  computeMask({ values }: Scores, defaultMask: Float32Array): Float32Array {
    const count = countToPrune(this.amount, values.length);
    const mask = defaultMask.slice();
    if (count === 0) return mask;
    const magnitudes = values.map(Math.abs);
    const marks = markSmallest(magnitudes, count);
    for (let i = 0; i < mask.length; i++) if (marks[i]) mask[i] = 0;
    return mask;
  }
}

/** Prunes values picked at random. */
export class RandomUnstructured extends PruningMethod {
  readonly type = 'unstructured';

  /** @param seed default: drawn from the library's shared stream, see `backend.seed` */
  constructor(
    readonly amount: Amount,
    readonly seed: number = nextSeed(),
  ) {
    super();
    checkAmount(amount);
  }

  computeMask({ values }: Scores, defaultMask: Float32Array): Float32Array {
    const mask = defaultMask.slice();
    const chosen = randomChoice(values.length, countToPrune(this.amount, values.length), this.seed);
    for (let i = 0; i < mask.length; i++) if (chosen(i)) mask[i] = 0;
    return mask;
  }
}

/** Selects `count` of `size` at random with equal chances, asked for 0, 1, 2, ... in order (Knuth, TAOCP 2, algorithm S). */
export function randomChoice(size: number, count: number, seed: number): (index: number) => boolean {
  const { uniform } = randomStream(seed);
  let missing = count;
  return (index) => {
    const take = uniform() * (size - index) < missing;
    if (take) missing--;
    return take;
  };
}
