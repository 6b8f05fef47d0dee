import { tf } from '../../backend';
import type { Module } from '../../nn';
import type { ParameterCounts } from './types';

/**
 * Parameters that each module itself holds, by its path; a tensor that is met again counts only the first time.
 * Pruning keeps a parameter as `<name>_orig` beside the buffer `<name>_mask` (`torch.nn.utils.prune`).
 */
export function parametersByPath(net: Module): Map<string, ParameterCounts> {
  let masks: Map<string, tf.Tensor> | undefined;
  const seen = new Set<tf.Tensor>();
  const counts = new Map<string, ParameterCounts>();
  for (const [name, tensor] of net.namedParameters()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const path = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    const known = counts.get(path) ?? { params: 0, nonzero: 0 };
    if (name.endsWith('_orig')) masks ??= new Map(net.namedBuffers());
    const mask = masks?.get(name.replace(/_orig$/, '_mask'));
    counts.set(path, {
      params: known.params + tensor.size,
      nonzero: known.nonzero + (mask ? ones(mask) : tensor.size),
    });
  }
  return counts;
}

// Summed as integers: float32 stops counting at 2^24.
function ones(mask: tf.Tensor): number {
  return tf.tidy(() => tf.sum(tf.cast(tf.notEqual(mask, 0), 'int32')).dataSync()[0]);
}
