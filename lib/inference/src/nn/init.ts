import { deferredVariable, fillNormal, fillUniform, nextSeed, tf } from '../backend';
import { sizeOf } from '../shape';

/** Numbers of inputs and outputs that one weight's row and column reach (`torch.nn.init._calculate_fan_in_and_fan_out`). */
export interface Fans {
  in: number;
  out: number;
}

/**
 * Fills fresh weights, drawing from the library's shared random stream. A function of your own may be one: its weights
 * are filled at once, those of the functions here when they are first read.
 */
export interface Initializer {
  (values: Float32Array, fans: Fans): void;
  /** Draws what it needs of the random stream now, and returns what fills the weights later, to the same values. */
  deferred?(fans: Fans): (values: Float32Array) => void;
}

type SeededFill = (values: Float32Array, fans: Fans, seed: number) => void;

/** An initializer that needs one seed. */
function seeded(fillWith: SeededFill): Initializer {
  return Object.assign((values: Float32Array, fans: Fans): void => fillWith(values, fans, nextSeed()), {
    deferred(fans: Fans) {
      const seed = nextSeed();
      return (values: Float32Array): void => fillWith(values, fans, seed);
    },
  });
}

/** A uniform distribution in [-bound, bound), whose bound may depend on the fans. */
const uniformBy = (bound: (fans: Fans) => number): Initializer =>
  seeded((values, fans, seed) => fillUniform(values, bound(fans), seed));

/** A normal distribution with mean 0, whose deviation may depend on the fans. */
const normalBy = (std: (fans: Fans) => number): Initializer =>
  seeded((values, fans, seed) => fillNormal(values, std(fans), seed));

/** Uniform in [-bound, bound). */
export const uniform = (bound: number): Initializer => uniformBy(() => bound);

/** Normal with mean 0. */
export const normal = (std: number): Initializer => normalBy(() => std);

/** One value everywhere. */
export function fill(value: number): Initializer {
  const write = (values: Float32Array): void => void values.fill(value);
  return Object.assign((values: Float32Array): void => write(values), { deferred: () => write });
}
/** Zero everywhere, as for biases. */
export const zeros = fill(0);

/** PyTorch's default for weights and biases: uniform in ±1/sqrt(fan in). */
export const torchDefault = uniformBy((fans) => 1 / Math.sqrt(fans.in));

/** He et al. 2015 with gain sqrt(2), counting outputs: what torchvision gives its convolutions. */
export const kaimingNormalFanOut = normalBy((fans) => Math.sqrt(2 / fans.out));

/** The same counting inputs: what PyTorch's `kaiming_normal_` does unless told otherwise. */
export const kaimingNormalFanIn = normalBy((fans) => Math.sqrt(2 / fans.in));

/** The same as a uniform distribution: PyTorch's `kaiming_uniform_`. */
export const kaimingUniformFanIn = uniformBy((fans) => Math.sqrt(6 / fans.in));

/** Glorot and Bengio 2010. */
export const xavierUniform = uniformBy((fans) => Math.sqrt(6 / (fans.in + fans.out)));

/**
 * A new tensor to register as a parameter, filled by an initializer: when it is first read, or at once by one that
 * cannot wait. What is read first makes no difference to the values.
 *
 * @param fans default: 1 and 1, for initializers that do not look at them
 */
export function fresh(shape: readonly number[], initializer: Initializer, fans: Fans = { in: 1, out: 1 }): tf.Tensor {
  if (initializer.deferred) return deferredVariable(shape, initializer.deferred(fans));
  const values = new Float32Array(sizeOf(shape));
  initializer(values, fans);
  return tf.tensor(values, [...shape]);
}
