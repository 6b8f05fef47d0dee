import { tf, withSeed } from '../../backend';
import { compile, trace, type RealType } from '../../graph';
import { Conv2d, functional, Module, Sequential } from '../../nn';
import { bestSeconds } from './clock';
import { flopsOfConvolution, flopsOfProduct, type Probes } from './probes';

/** Products one after the other: numbers are converted before the first and after the last, which shall weigh little. */
const LENGTH = 4;

/** ((x y) y) y ...; in batches of one, since a compiled network takes any number of rows. */
class Products extends Module {
  forward(x: tf.Tensor3D, y: tf.Tensor3D): tf.Tensor {
    return Array.from({ length: LENGTH }).reduce<tf.Tensor>((product) => functional.matmul(product, y), x);
  }
}

/**
 * Floating-point operations a second in a half precision, which tfjs has no tensors of: in chains of the same products and
 * convolutions that are measured in float32, compiled.
 *
 * @throws where `graph.compile` refuses the precision
 */
export async function chainSpeed(precision: RealType, { matrices, channels, pictures }: Probes): Promise<number> {
  const speeds: number[] = [];
  for (const n of matrices) speeds.push(await speedOfProducts(precision, n));
  for (const n of channels) speeds.push(await speedOfConvolutions(precision, n, pictures));
  return Math.max(...speeds);
}

/** Of ones and of 1 / n, so that all values stay 1, exactly. */
async function speedOfProducts(precision: RealType, n: number): Promise<number> {
  const inputs = [tf.fill([1, n, n], 1), tf.fill([1, n, n], 1 / n)];
  return (LENGTH * flopsOfProduct(n)) / (await secondsOf(precision, new Products(), inputs));
}

async function speedOfConvolutions(precision: RealType, channels: number, pictures: number): Promise<number> {
  const net = withSeed(0, () => new Sequential(Array.from({ length: LENGTH }, () => convolution(channels))));
  const inputs = [tf.fill([pictures, 28, 28, channels], 1)];
  return (LENGTH * flopsOfConvolution(channels, pictures)) / (await secondsOf(precision, net, inputs));
}

function convolution(channels: number): Conv2d {
  const layer = new Conv2d({ inChannels: channels, outChannels: channels, kernelSize: 3, padding: 1, bias: false });
  tf.tidy(() => (layer.weight as tf.Variable<tf.Rank.R4>).assign(tf.fill(layer.weight.shape, 1 / (9 * channels))));
  return layer;
}

/** The shortest pass of a network; frees it and its inputs. */
async function secondsOf(precision: RealType, net: Module, inputs: tf.Tensor[]): Promise<number> {
  try {
    const traced = trace(
      net,
      inputs.map(({ shape }) => shape),
    );
    const run = await compile(traced, { precision, sample: inputs });
    try {
      return bestSeconds(() => run.predict(...inputs));
    } finally {
      run.dispose();
    }
  } finally {
    net.dispose();
    tf.dispose(inputs);
  }
}
