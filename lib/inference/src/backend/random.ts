import { integer } from '../check';

/** A stream of pseudo-random numbers with its own state: equal seeds give equal streams on every machine and backend. */
export interface RandomStream {
  /** Next value, uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Next value of the standard normal distribution (Box and Muller 1958). */
  normal(): number;
  /** Next integer, uniform in [0, bound). */
  integer(bound: number): number;
}

/** One step of mulberry32 on a state that was advanced already, as 32 unsigned bits. */
function scramble(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

const STEP = 0x6d2b79f5;
const UNIT = 1 / 4294967296;

/** Creates a stream from a 32-bit seed with the mulberry32 generator (T. Ettinger, 2017). */
export function randomStream(seed: number): RandomStream {
  let state = seed >>> 0;
  let spare: number | null = null;
  const uniform = (): number => {
    state = (state + STEP) >>> 0;
    return scramble(state) * UNIT;
  };
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal, integer: (bound) => Math.floor(uniform() * bound) };
}

/** Fills an array with values uniform in [-bound, bound): the stream of `randomStream(seed)`, without a call a value. */
export function fillUniform(values: Float32Array, bound: number, seed: number): void {
  let state = seed >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (state + STEP) >>> 0;
    values[i] = (scramble(state) * UNIT * 2 - 1) * bound;
  }
}

/** Fills an array from the normal distribution with mean 0. */
export function fillNormal(values: Float32Array, std: number, seed: number): void {
  let state = seed >>> 0;
  for (let i = 0; i < values.length;) {
    state = (state + STEP) >>> 0;
    const radius = Math.sqrt(-2 * Math.log(1 - scramble(state) * UNIT));
    state = (state + STEP) >>> 0;
    const angle = 2 * Math.PI * UNIT * scramble(state);
    values[i++] = radius * Math.cos(angle) * std;
    if (i < values.length) values[i++] = radius * Math.sin(angle) * std;
  }
}

let globalStream = randomStream(0);

/** Restarts the library's shared stream, from which every random choice without a seed of its own draws. */
export function seed(value: number): void {
  globalStream = randomStream(integer('The seed of backend.seed', value));
}

/** A fresh 32-bit seed drawn from the shared stream. */
export function nextSeed(): number {
  return globalStream.integer(4294967296);
}

/** Runs `body` while the shared stream starts from `value`; the stream goes on afterwards as if nothing had happened. */
export function withSeed<T>(value: number | undefined, body: () => T): T {
  if (value === undefined) return body();
  const outer = globalStream;
  seed(value);
  try {
    return body();
  } finally {
    globalStream = outer;
  }
}
