import { tf } from 'scalable-inference/backend';
import { Module } from 'scalable-inference/nn';
import { exercise, type Diagnosis } from '../../exercise';
import { sum } from './support';

const TOPIC = 'time';

export const P20 = exercise({
  id: 'P20',
  title: 'Predict: the time of a pruned network',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'You will time the network as it was, the one pruned by **20 %** with its masks on, and the one after `remove`. What will be the time of the **pruned network without masks, divided by** the time of the **network as it was**? (0.8 means that a fifth fewer weights save a fifth of the time.)',
  range: [0.05, 20],
  hints: ['What does a processor do with a zero that it multiplies by?'],
});

/** What P21 asks for: milliseconds of one inference, the mean of many. */
export type Stopwatch = (net: Module, x: tf.Tensor, times: number) => number | Promise<number>;

const stopwatch: Stopwatch = (net, x, times) => {
  net.forward(x).dispose();
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const y = net.forward(x);
    y.dataSync();
    y.dispose();
  }
  return (performance.now() - start) / times;
};

const FIRST_MS = 600;
const LATER_MS = 3;
const TIMES = 10;

/** A network that is slow at its first call, and notes how long each call took: longer on a machine with other work. */
class Probe extends Module {
  readonly callsMs: number[] = [];

  forward(_x: tf.Tensor): tf.Tensor {
    const start = performance.now();
    const end = start + (this.callsMs.length === 0 ? FIRST_MS : LATER_MS);
    while (performance.now() < end);
    this.callsMs.push(performance.now() - start);
    return tf.zeros([4]);
  }
}

function judgeTime(ms: unknown, callsMs: readonly number[]): Diagnosis | undefined {
  if (typeof ms !== 'number' || !Number.isFinite(ms))
    return { reason: 'type', message: 'Expected a number of milliseconds.', got: String(ms) };
  const got = `${ms.toFixed(2)} ms`;
  if (callsMs.length === TIMES)
    return { reason: 'warm-up', message: 'The slow first call was timed: call forward once before the clock.', got };
  if (callsMs.length !== TIMES + 1) {
    const message = `Expected 1 call to warm up and ${TIMES} timed ones.`;
    return { reason: 'calls', message, expected: String(TIMES + 1), got: `${callsMs.length} calls` };
  }
  const laterMs = sum(callsMs.slice(1)) / TIMES;
  if (ms < laterMs / 2)
    return { reason: 'too short', message: 'That is less than the calls took. Milliseconds of one call?', got };
  if (ms <= 2 * laterMs + 5) return undefined;
  const off = (expectedMs: number): number => Math.abs(Math.log(ms / expectedMs));
  return off(laterMs * TIMES) < off(sum(callsMs) / TIMES)
    ? { reason: 'total', message: `Expected the time of one call: divide by ${TIMES}.`, got }
    : { reason: 'warm-up', message: 'The slow first call is in the result: start the clock after it.', got };
}

async function checkStopwatch(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function.', got: typeof answer };
  const probe = new Probe();
  const x = tf.zeros([1]);
  const before = tf.memory().numTensors;
  try {
    const ms: unknown = await (answer as Stopwatch)(probe, x, TIMES);
    const found = judgeTime(ms, probe.callsMs);
    if (found) return found;
    const left = tf.memory().numTensors - before;
    if (left <= 0) return undefined;
    const message = `${left} tensors were left in memory: free every result with dispose().`;
    return { reason: 'memory', message, got: `${left} tensors` };
  } finally {
    x.dispose();
  }
}

export const P21 = exercise<Stopwatch>({
  id: 'P21',
  title: 'Write the stopwatch',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the stopwatch: a function of a network, a batch \`x\` and a number of repetitions that returns the **milliseconds of one inference**, the mean of all of them.

A good one calls \`net.forward(x)\` once before the clock starts, waits until each result is in memory (\`dataSync()\`), and frees it (\`dispose()\`).`,
  hints: [
    '`performance.now()` gives milliseconds. Take it before and after the loop, and divide by the repetitions.',
    'The first call allocates memory and starts threads: `net.forward(x).dispose()` before the clock.',
  ],
  reference: () => stopwatch,
  check: checkStopwatch,
});

export const P22 = exercise({
  id: 'P22',
  title: 'Explain the times',
  kind: 'text',
  topic: TOPIC,
  points: 3,
  prompt:
    'Compare your three times. **Is the pruned network faster? If not, why not, and what do the masks cost?** What would have to change so that zeros save time? (Two to four sentences.)',
  rubric: [
    'Names the measured times or their ratio.',
    'The zeros are still stored and multiplied: shapes and operations are the same.',
    'With the masks on there is even more to do: every use multiplies weight and mask.',
    'To gain time, the work must go: whole channels removed, or a kernel and a format that skip zeros.',
  ],
  keyTerms: [
    ['ms', 'milliseconds', 'times', 'ratio', 'faster', 'slower', 'same time'],
    ['zeros', 'zero', 'dense', 'shape', 'shapes', 'operations', 'multiplied'],
    ['mask', 'masks', 'weight_orig'],
    ['structured', 'channels', 'sparse', 'skip', 'hardware', 'kernel', 'shrink'],
  ],
  hints: [
    'Compare the shapes of the tensors before and after.',
    'Who would have to know that a value is zero, and when?',
  ],
});
