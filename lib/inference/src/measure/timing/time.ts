import { ready, tf } from '../../backend';
import { quantile } from './quantile';
import { force, release, tensorMark } from './release';
import { callable, integer } from '../../check';

/** Options of {@link time}. */
export interface TimeOptions {
  /** Calls before the first that counts. Default 1. */
  warmup?: number;
  /** Calls that count. Default 10. */
  repeats?: number;
  /** Called after each call, warm-up included, with the number done and their total: for progress bars. */
  onRepeat?(done: number, total: number): void;
}

/** Result of {@link time}. */
export interface Timing {
  /** Every counted call, in order, in milliseconds. */
  samplesMs: number[];
  medianMs: number;
  /** Nine in ten calls took no longer. */
  p90Ms: number;
  minMs: number;
  /** Threads that one operation may use. */
  threads: number;
  /** Backend that computed. */
  backend: string;
  device: 'cpu' | 'gpu';
  versions: Record<string, string>;
}

/**
 * Times a function: the clock stops when its result is in memory, and the result is freed. What a synchronous function
 * makes and does not return is freed too, also when it throws.
 *
 * @param fn returns a tensor, tensors in arrays or objects, anything else, or a promise of these
 * @throws what fn throws
 * @example
 * ```ts
 * const net = models.create('lenet').eval();
 * const x = tf.ones([1, 28, 28, 1]);
 * const { medianMs, samplesMs } = await measure.time(() => net.forward(x), { warmup: 1, repeats: 5 });
 * samplesMs.length; // => 5
 * ```
 */
export async function time(
  fn: () => unknown,
  { warmup = 1, repeats = 10, onRepeat }: TimeOptions = {},
): Promise<Timing> {
  callable('The argument of measure.time', fn, { hint: 'write () => net.forward(x), a result cannot be timed' });
  integer('warmup', warmup, { min: 0 });
  integer('repeats', repeats, { min: 1 });
  const { threads, device, versions, name: backend } = await ready();
  const samplesMs: number[] = [];
  for (let i = 0; i < warmup + repeats; i++) {
    const elapsed = await timeOnce(fn);
    if (i >= warmup) samplesMs.push(elapsed);
    onRepeat?.(i + 1, warmup + repeats);
  }
  return {
    samplesMs,
    medianMs: quantile(samplesMs, 0.5),
    p90Ms: quantile(samplesMs, 0.9),
    minMs: Math.min(...samplesMs),
    threads,
    backend,
    device,
    versions,
  };
}

async function timeOnce(fn: () => unknown): Promise<number> {
  const mark = tensorMark();
  const start = performance.now();
  const result = await scoped(fn);
  try {
    await force(result);
    return performance.now() - start;
  } finally {
    release(result, mark);
  }
}

/**
 * `tf.tidy` for functions that may be asynchronous: what a synchronous one makes is freed at once. A promise keeps what
 * was made before it, which its function still needs.
 */
function scoped(fn: () => unknown): unknown {
  const engine = tf.engine();
  engine.startScope('measure.time');
  let kept: unknown;
  try {
    const result = fn();
    kept = result instanceof Promise ? [...engine.state.activeScope.track] : result;
    return result;
  } finally {
    engine.endScope(kept as tf.TensorContainer);
  }
}
