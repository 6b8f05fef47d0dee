import assert from 'node:assert/strict';
import { backend, tf } from 'scalable-inference';

/** Deterministic values in [-1, 1). */
export function noise(shape: number[], seed = 1): tf.Tensor {
  const stream = backend.randomStream(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.uniform() * 2 - 1),
    shape,
  );
}

/**
 * Compares the gradients of sum(f(inputs) · w), w fixed and random, with central differences at a few elements of each
 * input. Float32 leaves about three digits, so the tolerance is relative to the largest gradient.
 */
export function checkGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  { step = 1e-2, tolerance = 2e-2, samples = 6 } = {},
): void {
  tf.tidy(() => {
    const weight = noise(f(...inputs).shape, 99);
    const loss = (...values: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(f(...values), weight));
    const gradients = tf.grads(loss)(inputs);
    inputs.forEach((input, which) => {
      const values = input.dataSync();
      const got = gradients[which].dataSync();
      const scale = Math.max(1e-3, ...Array.from(got, Math.abs));
      for (let s = 0; s < Math.min(samples, values.length); s++) {
        const index = Math.floor((s * values.length) / samples);
        const at = (delta: number): number => {
          const moved = Float32Array.from(values);
          moved[index] += delta;
          return loss(...inputs.map((other, i) => (i === which ? tf.tensor(moved, input.shape) : other))).dataSync()[0];
        };
        const numeric = (at(step) - at(-step)) / (2 * step);
        assert.ok(
          Math.abs(numeric - got[index]) <= tolerance * scale,
          `input ${which}, element ${index}: gradient ${got[index]}, by differences ${numeric}`,
        );
      }
    });
  });
}
