import { backend, type nn, tf } from 'scalable-inference';

/** How far two ways to compute one network may be apart, of the norm: what the products' precision leaves. */
export const rounding = (): number => ({ float32: 1e-5, tf32: 3e-3, bfloat16: 3e-2 })[backend.precision()];

/** Gives every normalisation statistics, scales and offsets of its own: fresh ones would hide mistakes, being 0 and 1. */
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
    if (parameter.rank !== 1) continue;
    const value = name.endsWith('bias')
      ? tf.randomNormal(parameter.shape, 0, 0.1, 'float32', seed++)
      : tf.randomUniform(parameter.shape, 0.5, 1.5, 'float32', seed++);
    parameter.assign(value);
    value.dispose();
  }
  return net;
}
