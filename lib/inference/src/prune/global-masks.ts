import { tf } from '../backend';
import { fromTorch, torchShape, toTorch } from '../nn';
import { countToPrune, type Amount } from './amount';
import { moduleText, PruningError } from './errors';
import { randomChoice } from './methods/unstructured';
import type { RandomUnstructured } from './methods';
import { refuseNotFinite, type Target } from './parametrize';
import { selectSmallest, threshold } from './select';

/** Global masks for the two usual methods, in little memory: tensors are looked at one after the other. */

const describe = ({ module, name }: Target): string => `'${name}' of ${moduleText(module)}`;

/** How many values are not pruned so far; throws where a value is not finite. */
function countKept(targets: readonly Target[]): number {
  return targets.reduce((sum, at) => {
    refuseNotFinite(at.original, describe(at));
    return sum + (at.mask ? ones(at.mask.dataSync()) : at.original.size);
  }, 0);
}

function ones(mask: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) count++;
  return count;
}

/**
 * Masks of the smallest magnitudes: from one threshold, found in two counting passes, then one comparison a tensor. Only
 * where values equal to the threshold must be told apart are all magnitudes brought together.
 */
export function smallestMasks(targets: readonly Target[], amount: Amount): tf.Tensor[] {
  const size = countKept(targets);
  const count = countToPrune(amount, size);
  if (count === 0) return targets.map(({ mask, original }) => mask?.clone() ?? tf.onesLike(original));
  const cut = threshold(count, (visit) => {
    for (const { original, mask } of targets) visit(original.dataSync() as Float32Array, mask?.dataSync());
  });
  if (cut.ambiguous && cut.all && cut.value === 0 && targets.every(({ mask }) => !mask)) {
    throw new PruningError(
      'ValueError',
      `All ${size} values are zero, so none is less important than another: train or load weights first.`,
    );
  }
  if (cut.ambiguous) return tiedMasks(targets, size, count);
  return targets.map(({ original, mask }) =>
    tf.tidy(() => {
      const kept = tf.cast(tf.greater(tf.abs(original), cut.value), 'float32');
      return mask ? tf.mul(kept, mask) : kept;
    }),
  );
}

/** As PyTorch chooses among equal values: in its order of elements, by its algorithm. */
function tiedMasks(targets: readonly Target[], size: number, count: number): tf.Tensor[] {
  const kept = new Float32Array(size);
  let next = 0;
  for (const { original, mask, layout } of targets) {
    const values = toTorch(original, layout);
    const keep = mask && toTorch(mask, layout);
    for (let i = 0; i < values.length; i++) if (!keep || keep[i] === 1) kept[next++] = Math.abs(values[i]);
  }
  const smallest = selectSmallest(kept, count);
  kept.fill(1); // the magnitudes have served: their memory holds the new masks, one after the other
  for (let i = 0; i < count; i++) kept[smallest[i]] = 0;
  let at = 0;
  return spread(targets, () => kept[at++]);
}

/** Masks of values picked at random from all that are kept. */
export function randomMasks(targets: readonly Target[], { amount, seed }: RandomUnstructured): tf.Tensor[] {
  const size = countKept(targets);
  const chosen = randomChoice(size, countToPrune(amount, size), seed);
  let at = 0;
  return spread(targets, () => (chosen(at++) ? 0 : 1));
}

/** Asks `flag` for every value not pruned so far, in PyTorch's order, and makes masks of the answers. */
function spread(targets: readonly Target[], flag: () => number): tf.Tensor[] {
  return targets.map(({ original, mask, layout }) => {
    const values = mask ? Float32Array.from(toTorch(mask, layout)) : new Float32Array(original.size).fill(1);
    for (let i = 0; i < values.length; i++) if (values[i] === 1) values[i] = flag();
    return tf.tidy(() => fromTorch(values, torchShape(original.shape, layout), layout));
  });
}
