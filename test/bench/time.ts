import type { tf } from 'scalable-inference';

/** Milliseconds until the result is in memory. */
export function timeOnce(pass: () => tf.Tensor): number {
  const start = performance.now();
  const y = pass();
  y.dataSync();
  const ms = performance.now() - start;
  y.dispose();
  return ms;
}
