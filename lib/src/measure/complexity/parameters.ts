import { tf } from '../../backend';
import type { Module } from '../../nn';
import type { ParameterCounts } from './types';

/** Ending of the name of a pruned parameter; its mask ends in `_mask` (`torch.nn.utils.prune`). */
const ORIGINAL = '_orig';

/** Parameters that each module itself holds, by its path; a tensor that is met again counts only the first time. */
export function parametersByPath(net: Module): Map<string, ParameterCounts> {
  const masks = new Map(net.namedBuffers());
  const seen = new Set<tf.Tensor>();
  const counts = new Map<string, ParameterCounts>();
  for (const [name, tensor] of net.namedParameters()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const path = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    const known = counts.get(path) ?? { params: 0, nonzero: 0 };
    const mask = name.endsWith(ORIGINAL) ? masks.get(`${name.slice(0, -ORIGINAL.length)}_mask`) : undefined;
    counts.set(path, { params: known.params + tensor.size, nonzero: known.nonzero + (mask ? ones(mask) : tensor.size) });
  }
  return counts;
}

// Summed as integers: float32 stops counting at 2^24.
function ones(mask: tf.Tensor): number {
  return tf.tidy(() => tf.sum(tf.cast(tf.notEqual(mask, 0), 'int32')).dataSync()[0]);
}
