import { tf } from '../../backend';

/** Marks the tensors that exist now: what is made later has a larger id. */
export function tensorMark(): number {
  const probe = tf.scalar(0);
  probe.dispose();
  return probe.id;
}

/** All tensors in a value: itself, or in arrays and plain objects, however deep. */
function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return value.isDisposed ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? Object.values(value).flatMap(tensorsIn) : [];
}

/** Waits until every tensor in a value has its numbers in this process's memory, as the user of a result does. */
export async function force(value: unknown): Promise<void> {
  for (const tensor of tensorsIn(value)) await tensor.data();
}

/** Frees the tensors in a value that were made after the mark; older ones belong to someone else. */
export function release(value: unknown, mark: number): void {
  for (const tensor of tensorsIn(value)) {
    if (tensor.id > mark && !(tensor instanceof tf.Variable)) tensor.dispose();
  }
}
