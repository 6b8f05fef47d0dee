import { tf } from '../../backend';
import { force, release, tensorMark } from './release';
import { callable } from '../../check';

/** Result of {@link memory}; after minus before is what `fn` left behind. */
export interface MemoryUse {
  tensorsBefore: number;
  tensorsAfter: number;
  tensorBytesBefore: number;
  tensorBytesAfter: number;
  /** Resident memory of this process, as the operating system counts it. */
  rssBytesBefore: number;
  rssBytesAfter: number;
}

/**
 * Says what a function leaves in memory: its result is forced and freed, nothing else is, so that a leak shows.
 *
 * @throws what fn throws
 * @example
 * ```ts
 * const net = models.create('lenet').eval();
 * const x = tf.ones([1, 28, 28, 1]);
 * const { tensorsBefore, tensorsAfter } = await measure.memory(() => net.forward(x));
 * tensorsAfter - tensorsBefore; // => 0
 * ```
 */
export async function memory(fn: () => unknown): Promise<MemoryUse> {
  callable('The argument of measure.memory', fn, { hint: 'write () => net.forward(x)' });
  const before = { ...tf.memory(), rss: process.memoryUsage().rss };
  const mark = tensorMark();
  const result = await fn();
  try {
    await force(result);
  } finally {
    release(result, mark);
  }
  const after = tf.memory();
  return {
    tensorsBefore: before.numTensors,
    tensorsAfter: after.numTensors,
    tensorBytesBefore: before.numBytes,
    tensorBytesAfter: after.numBytes,
    rssBytesBefore: before.rss,
    rssBytesAfter: process.memoryUsage().rss,
  };
}
