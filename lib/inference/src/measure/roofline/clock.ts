import { tf } from '../../backend';

/** Shortest of five runs after one to warm up, in seconds, until the result is there; results are freed. */
export function bestSeconds(run: () => tf.Tensor): number {
  const seconds = Array.from({ length: 6 }, () => tf.tidy(() => secondsOf(run)));
  return Math.min(...seconds.slice(1));
}

function secondsOf(run: () => tf.Tensor): number {
  const start = performance.now();
  const result = run();
  // One value is enough to make a GPU finish, and costs no transfer worth measuring.
  tf.slice(tf.reshape(result, [-1]), 0, 1).dataSync();
  return (performance.now() - start) / 1000;
}
