import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { tf } from 'scalable-inference/backend';
import { Linear } from 'scalable-inference/nn';
import { export as exportModel, load } from 'scalable-inference/onnx';
import { exercise, type Diagnosis } from '../../exercise';

const TOPIC = 'time and bytes';

/** Shortest time of one call in milliseconds, after one call to warm up. */
export type Stopwatch = (run: () => Promise<tf.Tensor>, repeats: number) => Promise<number>;

const stopwatch: Stopwatch = async (run, repeats) => {
  (await run()).dispose();
  let shortest = Infinity;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = await run();
    shortest = Math.min(shortest, performance.now() - begin);
    result.dispose();
  }
  return shortest;
};

/** How long the calls of the probe take: the first, and the shortest, are told apart from the others. */
const CALLS_MS = [1, 40, 12, 40];

/** A run that takes a known time at each call; times may be longer on a machine with other work, never shorter. */
function probe(): { run: () => Promise<tf.Tensor>; callsMs: number[] } {
  const callsMs: number[] = [];
  return {
    callsMs,
    run: async () => {
      const begin = performance.now();
      const wait = CALLS_MS[callsMs.length] ?? 40;
      await new Promise((resolve) => setTimeout(resolve, wait));
      callsMs.push(performance.now() - begin);
      return tf.zeros([4]);
    },
  };
}

async function checkStopwatch(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (run, repeats) => milliseconds.' };
  const repeats = CALLS_MS.length - 1;
  const { run, callsMs } = probe();
  const before = tf.memory().numTensors;
  const ms: unknown = await (answer as Stopwatch)(run, repeats);
  const left = tf.memory().numTensors - before;
  if (ms === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (typeof ms !== 'number' || !Number.isFinite(ms))
    return { reason: 'type', message: 'Expected a number of milliseconds.', got: String(ms) };
  if (callsMs.length !== repeats + 1)
    return {
      reason: 'calls',
      message: `Expected one call to warm up and ${repeats} timed calls.`,
      expected: `${repeats + 1} calls`,
      got: `${callsMs.length} calls`,
    };
  const shortest = Math.min(...callsMs.slice(1));
  if (ms < 0.9 * shortest)
    return { reason: 'waiting', message: 'The clock stopped too early: await run(), and leave the warm-up out.' };
  if (ms > 1.25 * shortest + 5)
    return {
      reason: 'shortest',
      message: `The shortest timed call took ${shortest.toFixed(1)} ms: return that one, not a mean.`,
      got: `${ms.toFixed(1)} ms`,
    };
  if (left > 0)
    return { reason: 'memory', message: `${left} tensors were left in memory: free every result with dispose().` };
  return undefined;
}

export const Q4e = exercise<Stopwatch>({
  id: 'Q4e',
  title: 'Write the stopwatch',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt:
    '`run()` computes one result and gives a promise of it. Call it once to warm up, then `repeats` times with the clock running for each call, and return the **shortest** time in milliseconds: other work on the machine can only make a call longer. Free every result with `dispose()`.',
  hints: [
    '`performance.now()` gives milliseconds. Take it before the call, and again after `await run()`.',
    'Start from `let shortest = Infinity;` and take `Math.min` after each call.',
  ],
  reference: () => stopwatch,
  check: checkStopwatch,
});

/** Shortest times of one run of each file in onnxruntime, in milliseconds. */
export type Benchmark = (
  files: string[],
  x: tf.Tensor,
  time: (run: () => Promise<tf.Tensor>) => Promise<number>,
  rounds: number,
) => Promise<number[]>;

const benchmark: Benchmark = async (files, x, time, rounds) => {
  const sessions = await Promise.all(files.map((file) => load(file)));
  const shortest = files.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, session] of sessions.entries())
      shortest[i] = Math.min(shortest[i], await time(() => session.run(x)));
  }
  for (const session of sessions) await session.dispose();
  return shortest;
};

const SCRIPT_MS = [5, 9, 3, 7, 4, 8];

/** Two files of networks that can be told apart by the width of their output. */
async function twoFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const outFeatures of [2, 3]) {
    const net = new Linear({ inFeatures: 4, outFeatures });
    files.push(path.join(folder, `${outFeatures}.onnx`));
    await exportModel(net, [1, 4], files[files.length - 1]);
    net.dispose();
  }
  return files;
}

interface Noted {
  /** Which file ran, call by call. */
  order: number[];
  runs: (() => Promise<tf.Tensor>)[];
}

function judgeBenchmark(times: unknown, { order }: Noted, rounds: number): Diagnosis | undefined {
  if (times === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
  if (order.length !== 2 * rounds)
    return {
      reason: 'rounds',
      message: `Expected ${rounds} rounds of two files, timed with time(() => session.run(x)).`,
      expected: `${2 * rounds} timings`,
      got: `${order.length} timings`,
    };
  const inTurn = order.every((file, at) => file === at % 2);
  if (!inTurn)
    return {
      reason: 'in turn',
      message: 'Time the files in turn, round after round, so that other work on the machine meets them all.',
      got: order.map((file) => `file ${file + 1}`).join(', '),
    };
  const expected = [0, 1].map((file) => Math.min(...SCRIPT_MS.filter((_, at) => at % 2 === file)));
  const same = Array.isArray(times) && times.length === 2 && expected.every((ms, i) => times[i] === ms);
  return same
    ? undefined
    : { reason: 'shortest', message: 'Return the shortest time of each file, in their order.', got: String(times) };
}

async function checkBenchmark(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function')
    return { reason: 'type', message: 'Expected a function (files, x, time, rounds) => times.' };
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'quantization-check-'));
  const noted: Noted = { order: [], runs: [] };
  const x = tf.ones([1, 4]);
  try {
    const time = async (run: () => Promise<tf.Tensor>): Promise<number> => {
      const y = await run();
      noted.order.push(y.shape[1] === 2 ? 0 : 1);
      noted.runs.push(run);
      y.dispose();
      return SCRIPT_MS[noted.order.length - 1];
    };
    const rounds = SCRIPT_MS.length / 2;
    const times: unknown = await (answer as Benchmark)(await twoFiles(folder), x, time, rounds);
    return judgeBenchmark(times, noted, rounds) ?? (await stillOpen(noted));
  } finally {
    x.dispose();
    fs.rmSync(folder, { recursive: true });
  }
}

/** A session that still runs after the benchmark holds its engine's memory. */
async function stillOpen({ runs }: Noted): Promise<Diagnosis | undefined> {
  for (const run of runs.slice(-2)) {
    const y = await run().catch(() => undefined);
    if (y === undefined) continue;
    y.dispose();
    return { reason: 'session', message: 'A session is still open: await session.dispose() for each at the end.' };
  }
  return undefined;
}

export const Q4f = exercise<Benchmark>({
  id: 'Q4f',
  title: 'Benchmark several files',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Time several ONNX files on the same input \`x\`:

1. open each with \`await onnx.load(file)\`,
2. in each of \`rounds\` rounds, time **every** file once: \`await time(() => session.run(x))\` calls your stopwatch,
3. keep the **shortest** time of each file; free every session at the end with \`await session.dispose()\`.

Return the shortest times in the order of the files.`,
  hints: [
    '`const sessions = await Promise.all(files.map((file) => onnx.load(file)));`',
    'Two loops: rounds outside, `for (const [i, session] of sessions.entries())` inside.',
  ],
  reference: () => benchmark,
  check: checkBenchmark,
});
