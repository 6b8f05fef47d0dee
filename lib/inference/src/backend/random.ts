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

/** What is read off tables in {@link fillNormal}: sines and cosines, inverses and logarithms, at the middle of each step. */
interface Tables {
  cos: Float64Array;
  sin: Float64Array;
  inverse: Float64Array;
  log: Float64Array;
}

const ANGLE_BITS = 12;
const LOG_BITS = 11;
/** An angle within one step of the table, in units of 2π/2³². */
const WITHIN = 2 ** (32 - ANGLE_BITS) - 1;
const MIDDLE = 2 ** (31 - ANGLE_BITS);
const TURN = 2 * Math.PI * UNIT;

let tables: Tables | undefined;

function makeTables(): Tables {
  const angles = Float64Array.from({ length: 2 ** ANGLE_BITS }, (_, i) => (2 * Math.PI * (i + 0.5)) / 2 ** ANGLE_BITS);
  const inverse = Float64Array.from({ length: 2 ** LOG_BITS }, (_, i) => 1 / (1 + (i + 0.5) / 2 ** LOG_BITS));
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin), inverse, log: inverse.map((x) => -Math.log(x)) };
}

/** log(1 - k/2³²) for 32 unsigned bits, to float64: a table, and a series for what is left. */
function logOfRest(k: number, { inverse, log }: Tables): number {
  if (k >>> (32 - LOG_BITS) === 0) {
    const e = (k >>> 0) * UNIT;
    return -e * (1 + e * (1 / 2 + e * (1 / 3 + e * (1 / 4 + e * (1 / 5)))));
  }
  const rest = -k | 0;
  const zeros = Math.clz32(rest);
  const leading = rest << zeros;
  const at = (leading >>> (31 - LOG_BITS)) & (2 ** LOG_BITS - 1);
  const r = (leading >>> 0) * (2 * UNIT) * inverse[at] - 1;
  return log[at] + r * (1 - r * (1 / 2 - r * (1 / 3 - r * (1 / 4)))) - (zeros + 1) * Math.LN2;
}

/**
 * Fills an array from the normal distribution with mean 0 (Box and Muller 1958). Logarithm, sine and cosine come from
 * tables and a few terms of their series, to about float64's last digit: a third of the time that `Math` takes.
 */
export function fillNormal(values: Float32Array, std: number, seed: number): void {
  const known = (tables ??= makeTables());
  const { cos, sin } = known;
  const { length } = values;
  let state = seed | 0;
  for (let i = 0; i < length; i += 2) {
    state = (state + STEP) | 0;
    const radius = Math.sqrt(-2 * logOfRest(scramble(state), known)) * std;
    state = (state + STEP) | 0;
    const angle = scramble(state);
    const at = angle >>> (32 - ANGLE_BITS);
    const d = ((angle & WITHIN) - MIDDLE) * TURN;
    const square = d * d;
    const [c, s] = [1 - square * (1 / 2 - square / 24), d * (1 - square * (1 / 6 - square / 120))];
    values[i] = radius * (cos[at] * c - sin[at] * s);
    if (i + 1 < length) values[i + 1] = radius * (sin[at] * c + cos[at] * s);
  }
}

let globalStream = randomStream(0);

/**
 * Restarts the library's shared stream, from which every random choice without a seed of its own draws. The choices are then
 * the same everywhere. What is computed with them repeats on a processor; on an NVIDIA card sums are added up in an order
 * that changes, so that trained weights differ in their last bits, unless `TF_DETERMINISTIC_OPS=1` stands in the environment
 * before the process starts.
 */
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
