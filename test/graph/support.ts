import { type nn, tf } from 'scalable-inference';

/** Gives every normalisation statistics of its own: fresh ones would hide mistakes, being 0 and 1. */
export function randomiseStatistics<T extends nn.Module>(net: T, seed = 7): T {
  for (const [name, buffer] of net.namedBuffers()) {
    const assign = (value: tf.Tensor): void => {
      buffer.assign(value);
      value.dispose();
    };
    if (name.endsWith('running_mean')) assign(tf.randomNormal(buffer.shape, 0, 0.2, 'float32', seed++));
    if (name.endsWith('running_var')) assign(tf.randomUniform(buffer.shape, 0.5, 1.5, 'float32', seed++));
  }
  for (const [name, parameter] of net.namedParameters()) {
    if (parameter.rank !== 1 || !name.endsWith('bias')) continue;
    const value = tf.randomNormal(parameter.shape, 0, 0.1, 'float32', seed++);
    parameter.assign(value);
    value.dispose();
  }
  return net;
}
