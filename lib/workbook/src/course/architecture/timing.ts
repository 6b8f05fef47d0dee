import { tf } from 'scalable-inference/backend';
import { time } from 'scalable-inference/measure';
import { exercise, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction, notMilliseconds } from './checks';

const TOPIC = 'time';

export const A4 = exercise({
  id: 'A4',
  title: 'Predict which network is fastest',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  prompt:
    'Before you measure: which of your three will be **fastest** on a batch of pictures on this machine? The figure says what others found; your machine may differ.',
  choices: { efficientnet: 'the EfficientNet', resnet: 'the ResNet', transformer: 'the transformer' },
  hints: [
    'There is no wrong guess. Look at the parameters and the GMACs in the table above, and decide what you trust.',
  ],
});

/** Times a function that makes a tensor: median of some calls after one to warm up, in milliseconds. */
export type TimeForward = (forward: () => tf.Tensor, repetitions: number) => Promise<number>;

export const stopwatch: TimeForward = async (forward, repetitions) =>
  (await time(forward, { warmup: 1, repeats: repetitions })).medianMs;

const FIRST_MS = 400;
const LATER_MS = 3;

function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** A forward pass that is slow at its first call and notes how long each call took: longer on a machine with other work. */
function probe(): { forward: () => tf.Tensor; callsMs: number[] } {
  const callsMs: number[] = [];
  return {
    callsMs,
    forward: () => {
      const start = performance.now();
      busy(callsMs.length === 0 ? FIRST_MS : LATER_MS);
      callsMs.push(performance.now() - start);
      return tf.zeros([4]);
    },
  };
}

async function checkStopwatch(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(forward, repetitions) => milliseconds');
  if (wrongForm) return wrongForm;
  const repetitions = 3;
  const { forward, callsMs } = probe();
  const before = tf.memory().numTensors;
  const ms: unknown = await (answer as TimeForward)(forward, repetitions);
  const wrongNumber = notMilliseconds(ms);
  if (wrongNumber) return wrongNumber;
  if (callsMs.length !== repetitions + 1) {
    return {
      reason: 'calls',
      message: `Expected 1 call to warm up and ${repetitions} timed calls.`,
      expected: String(repetitions + 1),
      got: `${callsMs.length} calls`,
    };
  }
  const slowestMs = Math.max(...callsMs.slice(1));
  if ((ms as number) > Math.max(FIRST_MS / 8, 1.25 * slowestMs))
    return {
      reason: 'warm-up',
      message: 'The slow first call is in the result: time only the calls after it.',
      got: `${(ms as number).toFixed(1)} ms`,
    };
  return leftBehind(before);
}

export const A5 = exercise<TimeForward>({
  id: 'A5',
  title: 'Write the stopwatch',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the stopwatch: a function that gets \`forward\` (a function that computes one result tensor) and a number of repetitions, and gives the **median time of one call in milliseconds**.

A good one calls \`forward\` once before the clock starts, waits until the result is in memory (\`dataSync()\`), and frees it (\`dispose()\`). Every measurement below uses it.`,
  hints: [
    '`performance.now()` gives milliseconds. Take one sample for each call, sort the samples, take the middle one.',
    'The first call allocates memory and lets TensorFlow plan the graph: call `forward().dispose()` once before the loop.',
    'This library has all of it in `measure.time(forward, { warmup: 1, repeats: repetitions })`; look at its `medianMs`.',
  ],
  reference: () => stopwatch,
  check: checkStopwatch,
});

export const A7 = exercise({
  id: 'A7',
  title: 'Does the expected order hold?',
  kind: 'text',
  topic: TOPIC,
  points: 2,
  prompt:
    'Does the expected order EfficientNet < ResNet < transformer (fastest first) **hold on your machine**? Say what you measured, and give a reason for what surprises you (two or three sentences).',
  rubric: [
    'Names the measured order or the measured times.',
    'Compares it with the expectation, or with the parameters or operations.',
    "Gives a cause: memory traffic of large activations, depthwise convolutions, or the software's own overhead.",
  ],
  keyTerms: [
    ['faster', 'slower', 'fastest', 'slowest', 'order'],
    ['expected', 'expectation', 'figure', 'parameters', 'operations', 'macs', 'flops'],
    ['memory', 'bandwidth', 'activations', 'depthwise', 'overhead', 'cache', 'windows'],
  ],
  hints: ['Lay the measured order beside the parameters and GMACs of the three: which of them does it follow?'],
});
