import { fillNormal, fillUniform, nextSeed } from '../backend';

/** Numbers of inputs and outputs that one weight's row and column reach (`torch.nn.init._calculate_fan_in_and_fan_out`). */
export interface Fans {
  in: number;
  out: number;
}

/** Fills fresh weights, drawing from the library's shared random stream. */
export type Initializer = (values: Float32Array, fans: Fans) => void;

/** Uniform in [-bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (values) =>
    fillUniform(values, bound, nextSeed());

/** Normal with mean 0. */
export const normal =
  (std: number): Initializer =>
  (values) =>
    fillNormal(values, std, nextSeed());

/** One value everywhere. */
export const fill =
  (value: number): Initializer =>
  (values) =>
    void values.fill(value);
/** Zero everywhere, as for biases. */
export const zeros = fill(0);

/** PyTorch's default for weights and biases: uniform in ±1/sqrt(fan in). */
export const torchDefault: Initializer = (values, fans) => uniform(1 / Math.sqrt(fans.in))(values, fans);

/** He et al. 2015 with gain sqrt(2), counting outputs: what torchvision gives its convolutions. */
export const kaimingNormalFanOut: Initializer = (values, fans) => normal(Math.sqrt(2 / fans.out))(values, fans);

/** Glorot and Bengio 2010. */
export const xavierUniform: Initializer = (values, fans) => uniform(Math.sqrt(6 / (fans.in + fans.out)))(values, fans);
