import type { tf } from '../../backend';

/**
 * Refuses to run an auxiliary classifier on channels that it was not made for: `prune.structured.shrink` follows
 * `forward`, which does not run it.
 *
 * @param kernel of the classifier's first convolution, [height, width, inputs, outputs] @param x what it reads
 */
export function checkAuxiliary(name: string, kernel: tf.Tensor, x: tf.Tensor): void {
  const [expected, got] = [kernel.shape[2], x.shape[3]];
  if (expected === got) return;
  throw new Error(
    `The auxiliary classifier '${name}' reads ${expected} channels, here are ${got}: some were taken out of the network, ` +
      'and the classifier stayed as it was. Use forward, which runs the last classifier alone.',
  );
}
