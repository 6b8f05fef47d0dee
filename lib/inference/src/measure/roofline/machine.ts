import { ready, tf, type Precision } from '../../backend';
import { obstacleTo, type RealType } from '../../graph';
import { chainSpeed } from './chains';
import { bestSeconds } from './clock';
import { flopsOfConvolution, flopsOfProduct, probesFor } from './probes';

/** What this machine reached in a short measurement with this library's backend. */
export interface Machine {
  /** Floating-point operations a second in the best of several matrix products and convolutions. */
  flopsPerSecond: number;
  /** Bytes read and written a second in the best of several sums of large float32 tensors. */
  bytesPerSecond: number;
  /** FLOPs per byte at which both limits meet: below it memory decides, above it arithmetic. */
  balance: number;
  threads: number;
  device: 'cpu' | 'gpu';
  /** How the products were computed that `flopsPerSecond` counts. */
  precision: Precision | 'float16';
  /** Bytes that a weight or an activation takes in memory: 4, in half precision 2. */
  valueBytes: 2 | 4;
  versions: Record<string, string>;
}

/** Options of {@link machine}. */
export interface MachineOptions {
  /**
   * What products are computed in, as `graph.compile` has it: the halves are for compiled networks, and where the
   * processor or the card has instructions for them. Default `float32`.
   */
  precision?: RealType;
  /** Measures anew. Default false. */
  refresh?: boolean;
}

const measured = new Map<RealType, Promise<Machine>>();

/**
 * Measures arithmetic and memory speed, once a process and precision (about two seconds each); later calls return the same
 * numbers. Other work on the machine lowers them.
 *
 * @throws for a half precision that this machine does not compute; `graph.obstacleTo` tells beforehand
 * @example
 * ```ts
 * const { flopsPerSecond } = await measure.machine();
 * if (!graph.obstacleTo('bfloat16')) {
 *   const half = await measure.machine({ precision: 'bfloat16' });
 *   half.flopsPerSecond / flopsPerSecond; // how much higher the roof is
 * }
 * ```
 */
export async function machine({ precision = 'float32', refresh = false }: MachineOptions = {}): Promise<Machine> {
  await ready();
  const obstacle = obstacleTo(precision);
  if (obstacle) throw new Error(`measure.machine cannot measure ${precision} here: ${obstacle}.`);
  const known = refresh ? undefined : measured.get(precision);
  const current = known ?? (precision === 'float32' ? measure() : measureHalf(precision, refresh));
  measured.set(precision, current);
  try {
    return { ...(await current) };
  } catch (error) {
    if (measured.get(precision) === current) measured.delete(precision);
    throw error;
  }
}

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
  return { flopsPerSecond, bytesPerSecond, balance, threads, device, precision, valueBytes: 4, versions };
}

/** Memory is as fast as it is, whatever the bytes mean. */
async function measureHalf(precision: 'float16' | 'bfloat16', refresh: boolean): Promise<Machine> {
  const single = await machine({ refresh });
  const flopsPerSecond = await chainSpeed(precision, probesFor(await ready()));
  return { ...single, flopsPerSecond, balance: flopsPerSecond / single.bytesPerSecond, precision, valueBytes: 2 };
}

function matmulSpeed(n: number): number {
  return speed(
    flopsOfProduct(n),
    () => [tf.fill([n, n], 1), tf.fill([n, n], 1)],
    (a, b) => tf.matMul(a, b),
  );
}

function convSpeed(channels: number, pictures: number): number {
  return speed(
    flopsOfConvolution(channels, pictures),
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

/** Amount of work a second in the best run. */
function speed(amount: number, inputs: () => tf.Tensor[], run: (...inputs: tf.Tensor[]) => tf.Tensor): number {
  return tf.tidy(() => {
    const given = inputs();
    return amount / bestSeconds(() => run(...given));
  });
}
