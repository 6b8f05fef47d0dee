import { nn, type tf } from 'scalable-inference';
import { hashed } from '../support/reference-weights';

/** The dense layer of the reference values: 6 inputs, 4 outputs. */
export function referenceLinear(seed = 0): nn.Linear {
  const linear = new nn.Linear({ inFeatures: 6, outFeatures: 4 });
  linear.loadStateDict({
    weight: { shape: [4, 6], dtype: 'float32', data: hashed(24, 3, seed, { offset: -0.5 }) },
    bias: { shape: [4], dtype: 'float32', data: hashed(4, 4, seed, { offset: -0.5 }) },
  });
  return linear;
}

export const keys = (module: nn.Module): { parameters: string[]; buffers: string[] } => ({
  parameters: module.namedParameters().map(([name]) => name),
  buffers: module.namedBuffers().map(([name]) => name),
});

/** Number of zeros of a tensor. */
export function zeros(tensor: tf.Tensor): number {
  return Array.from(tensor.dataSync()).filter((value) => value === 0).length;
}

/** Everything that a failed call must leave as it was. */
export function snapshot(module: nn.Module): string {
  const state = Object.entries(module.stateDict()).map(([name, { shape, data }]) => [name, shape, Array.from(data)]);
  return JSON.stringify([state, keys(module)]);
}
