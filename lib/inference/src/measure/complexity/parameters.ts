import { tf } from '../../backend';
import type { Module } from '../../nn';
import type { ParameterCounts } from './types';

/**
 * Parameters that each module itself holds, by its path; a tensor with several names counts under its first only.
 * Pruning keeps a parameter as `<name>_orig` beside the buffer `<name>_mask` (`torch.nn.utils.prune`).
 */
export function parametersByPath(net: Module): Map<string, ParameterCounts> {
  const masks = masksOf(net);
  const counts = new Map<string, ParameterCounts>();
  for (const [name, tensor] of net.namedParameters()) {
    const path = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    const known = counts.get(path) ?? { params: 0, nonzero: 0 };
    const mask = masks.get(tensor);
    counts.set(path, {
      params: known.params + tensor.size,
      nonzero: known.nonzero + (mask ? ones(mask) : tensor.size),
    });
  }
  return counts;
}

/** By parameter the masks of all its uses; those that are used without a mask, too, are left out. */
function masksOf(net: Module): Map<tf.Variable, Set<tf.Tensor>> {
  const slots = net.namedSlots();
  const byName = new Map(slots);
  const masks = new Map<tf.Variable, Set<tf.Tensor>>();
  const whole = new Set<tf.Variable>();
  for (const [name, slot] of slots) {
    if ('integer' in slot) continue;
    const mask = name.endsWith('_orig') ? byName.get(name.replace(/_orig$/, '_mask')) : undefined;
    if (mask) masks.set(slot.tensor, (masks.get(slot.tensor) ?? new Set<tf.Tensor>()).add(mask.tensor));
    else whole.add(slot.tensor);
  }
  for (const tensor of whole) masks.delete(tensor);
  return masks;
}

// Summed as integers: float32 stops counting at 2^24.
function ones(masks: ReadonlySet<tf.Tensor>): number {
  return tf.tidy(() => {
    const used = [...masks].map((mask) => tf.notEqual(mask, 0)).reduce((a, b) => tf.logicalOr(a, b));
    return tf.sum(tf.cast(used, 'int32')).dataSync()[0];
  });
}
