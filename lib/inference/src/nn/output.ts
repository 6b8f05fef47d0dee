import { tf } from '../backend';

/** The caller frees what a forward pass gives: it is another tensor than an input, or than one that a module keeps. */
export const callersOwn = (output: tf.Tensor, inputs: readonly tf.Tensor[]): tf.Tensor =>
  inputs.includes(output) || output instanceof tf.Variable || output.kept ? tf.clone(output) : output;
