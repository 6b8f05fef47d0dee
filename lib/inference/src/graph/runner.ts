import type { tf } from '../backend';

/** Something that computes a graph's output from its inputs. */
export interface Runner {
  run(inputs: readonly tf.Tensor[]): tf.Tensor;
  dispose(): void;
}
