import { ready, tf } from '../../backend';

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

async function measure(): Promise<Machine> {
  const { threads, device, versions, name } = await ready();
  // Plain JavaScript and WebAssembly are slower by orders of magnitude: smaller work says the same.
  const scale = name === 'tensorflow' ? 1 : 1 / 4;
  const flopsPerSecond = Math.max(
    ...[512, 1024, 2048].map((n) => matmulSpeed(n * scale)),
    ...[64, 256].map((n) => convSpeed(n * scale)),
  );
  const bytesPerSecond = Math.max(...[16, 32].map((millions) => sumSpeed(millions * 2 ** 20 * scale)));
  return { flopsPerSecond, bytesPerSecond, balance: flopsPerSecond / bytesPerSecond, threads, device, versions };
}

function matmulSpeed(n: number): number {
  return speed(
    2 * n ** 3,
    () => [tf.fill([n, n], 1), tf.fill([n, n], 1)],
    (a, b) => tf.matMul(a, b),
  );
}

/** 3x3, as residual networks use it, on pictures of 28x28. */
function convSpeed(channels: number): number {
  const work = 2 * 4 * 28 * 28 * 9 * channels ** 2;
  return speed(
    work,
    () => [tf.fill([4, 28, 28, channels], 1), tf.fill([3, 3, channels, channels], 1)],
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
