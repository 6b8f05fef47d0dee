import { tf, type nn } from 'scalable-inference';
import { inputsFor } from '../build';
import type { Spec } from '../parts';
import { Random } from '../random';
import { Rounding } from './rounding';

/** Two readers of one network give different answers, or one gives an error that names nothing. */
export class Disagreement extends Error {}

/** What every reader is given. */
export interface Case {
  spec: Spec;
  net: nn.Module;
  /** Builds the same network again, with the same weights. */
  again(): nn.Module;
  /** A folder for files. */
  folder: string;
  /** What every reader compares `net` with, made once. */
  samples: Samples;
}

interface Sample {
  x: tf.Tensor;
  wanted: tf.Tensor;
  rounding: Rounding;
}

/** Inputs, eager outputs and their rounding by batch size, kept for all readers of one network. */
export class Samples {
  private readonly made = new Map<number, Sample>();
  constructor(
    private readonly spec: Spec,
    private readonly net: nn.Module,
  ) {}

  of(batch: number): Sample {
    const known = this.made.get(batch);
    if (known) return known;
    const x = inputsFor(this.spec, batch);
    const sample = { x, wanted: this.net.forward(x), rounding: roundingOf(this.net, x) };
    this.made.set(batch, sample);
    return sample;
  }

  dispose(): void {
    for (const { x, wanted } of this.made.values()) tf.dispose([x, wanted]);
    this.made.clear();
  }
}

export const valuesOf = (x: tf.Tensor): Float32Array | Int32Array | Uint8Array => x.dataSync();

/** Euclidean norm of the values that are finite. */
const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + (Number.isFinite(v) ? v * v : 0), 0));

/** Euclidean distance of two outputs; shapes must be equal. */
export function distance(what: string, got: tf.Tensor, wanted: tf.Tensor): number {
  if (got.shape.join() !== wanted.shape.join())
    throw new Disagreement(`${what}: shape [${got.shape.join(', ')}] instead of [${wanted.shape.join(', ')}]`);
  const [a, b] = [valuesOf(got), valuesOf(wanted)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    if (!Number.isFinite(a[i]) || !Number.isFinite(b[i]))
      throw new Disagreement(`${what}: element ${i} is ${a[i]} instead of ${b[i]}`);
    sum += (a[i] - b[i]) ** 2;
  }
  return Math.sqrt(sum);
}

/** What two ways to compute a network's output of `x` may differ by. */
export const roundingOf = (net: nn.Module, x: tf.Tensor): Rounding => new Rounding(20 * movesOf(net, x), net, x);

export const normOf = (x: tf.Tensor): number => norm(valuesOf(x));

/**
 * How far the output of `net` moves when its input moves by float32's rounding. Some random networks amplify rounding, for
 * example where they normalise what is nearly constant.
 */
function movesOf(net: nn.Module, x: tf.Tensor): number {
  if (x.dtype === 'int32') return 0; // numbers of rows do not move
  return tf.tidy(() => {
    const y = net.forward(x);
    const moves = [2e-6, -2e-6].map((share) => distance('rounding', net.forward(tf.mul(x, 1 + share)), y));
    const jitter = tf.mul(x, tf.add(1, tf.mul(tf.randomUniform(x.shape, -1, 1, 'float32', 5), 2e-6)));
    return Math.max(...moves, distance('rounding', net.forward(jitter), y));
  });
}

/** Fails unless `got` equals `wanted` up to rounding; null where both are computed in the same way. */
export function same(
  what: string,
  got: tf.Tensor,
  wanted: tf.Tensor,
  rounding: Rounding | null,
  relative = 2e-5,
): void {
  const far = distance(what, got, wanted);
  const share = relative * normOf(wanted) + 1e-6;
  if (far <= share + (rounding?.quick ?? 0)) return;
  const allowed = share + (rounding?.full ?? 0);
  if (far <= allowed) return;
  throw new Disagreement(`${what}: distance ${far.toExponential(2)}, at most ${allowed.toExponential(2)}`);
}

export function equal(what: string, got: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Disagreement(`${what}: ${a} instead of ${b}`);
}

/** Runs `body` on a batch of the given size with its eager output and rounding. */
export async function onBatch(
  { samples }: Pick<Case, 'samples'>,
  batch: number,
  body: (x: tf.Tensor, wanted: tf.Tensor, rounding: Rounding) => unknown,
): Promise<void> {
  const { x, wanted, rounding } = samples.of(batch);
  await body(x, wanted, rounding);
}

/** The same for another network of the spec, whose outputs nobody else needs. */
export async function onBatchOf(
  net: nn.Module,
  spec: Spec,
  batch: number,
  body: (x: tf.Tensor, wanted: tf.Tensor, rounding: Rounding) => unknown,
): Promise<void> {
  const samples = new Samples(spec, net);
  try {
    await onBatch({ samples }, batch, body);
  } finally {
    samples.dispose();
  }
}

/** What one network is checked with where checking everything would take too long, always the same for a spec. */
export const drawnFor = (spec: Spec, salt: number): Random => new Random(spec.seed * 101 + salt);

export const BATCHES = [1, 3, 7];
