import type { tf } from '../backend';

/** Something that computes a graph's output from its input. */
export interface Runner {
  run(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}
