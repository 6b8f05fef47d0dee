import { ready, tf, type BackendInfo, type Precision } from '../../backend';

/** What this machine reached in a short measurement with this library's backend. */
export interface Machine {
  /** Floating-point operations a second in the best of several matrix products and convolutions. */
  flopsPerSecond: number;
  /** Bytes read and written a second in the best of several sums of large tensors. */
  bytesPerSecond: number;
  /** FLOPs per byte at which both limits meet: below it memory decides, above it arithmetic. */
  balance: number;
  threads: number;
  device: 'cpu' | 'gpu';
  /** How the products were computed that `flopsPerSecond` counts. */
  precision: Precision;
  versions: Record<string, string>;
}

let measured: Promise<Machine> | null = null;

/**
 * Measures arithmetic and memory speed, once a process (about two seconds); later calls return the same numbers.
 * Other work on the machine lowers them.
 *
 * @param options `refresh` measures anew; default false
 */
export async function machine({ refresh = false } = {}): Promise<Machine> {
  if (refresh || !measured) measured = measure();
  const current = measured;
  try {
    return { ...(await current) };
  } catch (error) {
    if (measured === current) measured = null;
    throw error;
  }
}

/** Sizes of what is run: matrices of n x n, convolutions of n channels, vectors of n times 2^20 values. */
interface Probes {
  matrices: readonly number[];
  channels: readonly number[];
  pictures: number;
  millions: readonly number[];
}

const PROCESSOR: Probes = { matrices: [512, 1024, 2048], channels: [64, 256], pictures: 4, millions: [16, 32] };

/** A card's peak shows only where one kernel takes milliseconds: smaller work measures how it is started. */
const CARD: Probes = { matrices: [4096, 8192], channels: [256, 512], pictures: 128, millions: [128, 256] };

/** Plain JavaScript and WebAssembly are slower by orders of magnitude: smaller work says the same. */
const FALLBACK: Probes = { matrices: [128, 256, 512], channels: [16, 64], pictures: 4, millions: [4, 8] };

const probesFor = ({ name, device }: BackendInfo): Probes =>
  device === 'gpu' ? CARD : name === 'tensorflow' ? PROCESSOR : FALLBACK;

async function measure(): Promise<Machine> {
  const info = await ready();
  const { threads, device, precision, versions } = info;
  const { matrices, channels, pictures, millions } = probesFor(info);
  const flopsPerSecond = Math.max(
    ...matrices.map((n) => matmulSpeed(n)),
    ...channels.map((n) => convSpeed(n, pictures)),
  );
  const bytesPerSecond = Math.max(...millions.map((n) => sumSpeed(n * 2 ** 20)));
  const balance = flopsPerSecond / bytesPerSecond;
  return { flopsPerSecond, bytesPerSecond, balance, threads, device, precision, versions };
}

function matmulSpeed(n: number): number {
  return speed(
    2 * n ** 3,
    () => [tf.fill([n, n], 1), tf.fill([n, n], 1)],
    (a, b) => tf.matMul(a, b),
  );
}

/** 3x3, as residual networks use it, on pictures of 28x28. */
function convSpeed(channels: number, pictures: number): number {
  const work = 2 * pictures * 28 * 28 * 9 * channels ** 2;
  return speed(
    work,
    () => [tf.fill([pictures, 28, 28, channels], 1), tf.fill([3, 3, channels, channels], 1)],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  );
}

function sumSpeed(elements: number): number {
  return speed(
    3 * 4 * elements,
    () => [tf.fill([elements], 1), tf.fill([elements], 1)],
    (a, b) => tf.add(a, b),
  );
}

/** Amount of work a second in the best of five runs after one to warm up. */
function speed(amount: number, inputs: () => tf.Tensor[], run: (...inputs: tf.Tensor[]) => tf.Tensor): number {
  return tf.tidy(() => {
    const given = inputs();
    const seconds = Array.from({ length: 6 }, () => tf.tidy(() => secondsOf(() => run(...given))));
    return amount / Math.min(...seconds.slice(1));
  });
}

function secondsOf(run: () => tf.Tensor): number {
  const start = performance.now();
  const result = run();
  // One value is enough to make a GPU finish, and costs no transfer worth measuring.
  tf.slice(tf.reshape(result, [-1]), 0, 1).dataSync();
  return (performance.now() - start) / 1000;
}
