import { tf } from 'scalable-inference/backend';
import { compile, trace } from 'scalable-inference/graph';
import * as models from 'scalable-inference/models';
import { exercise, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction, notMilliseconds } from './checks';

const TOPIC = 'time';

/** Gives the milliseconds of one call of a function that makes a tensor. */
export type Timer = (forward: () => tf.Tensor) => Promise<number>;

/** Builds a network and gives its milliseconds for one picture of a batch [batch, size, size, 3]. */
export type TimeNetwork = (name: string, pictures: tf.Tensor4D, timer: Timer) => Promise<number>;

export const timeNetwork: TimeNetwork = async (name, pictures, timer) => {
  const net = models.create(name, { seed: 0 }).eval();
  const run = await compile(trace(net, pictures.shape));
  const ms = await timer(() => run.predict(pictures));
  run.dispose();
  net.dispose();
  return ms / pictures.shape[0];
};

const PROBED = { name: 'shufflenet_v2_x0_5', batch: 2, size: 64, ms: 84 };

/** Largest distance of two results, as a share of the largest value. */
function distance(got: tf.Tensor, expected: tf.Tensor): number {
  if (got.shape.join() !== expected.shape.join()) return Infinity;
  return tf.tidy(() => {
    const far = tf.max(tf.abs(tf.sub(got, expected)));
    return far.dataSync()[0] / tf.max(tf.abs(expected)).dataSync()[0];
  });
}

/** Calls a learner's function with a timer that gives a known time, and notes how far what it timed was from the network. */
async function observe(
  answer: TimeNetwork,
): Promise<{ ms: unknown; distances: number[]; leak: Diagnosis | undefined }> {
  const { name, batch, size, ms: known } = PROBED;
  const pictures = tf.randomNormal<tf.Rank.R4>([batch, size, size, 3], 0, 1, 'float32', 1);
  const net = models.create(name, { seed: 0 }).eval();
  const expected = tf.tidy(() => net.forward(pictures));
  const distances: number[] = [];
  try {
    const before = tf.memory().numTensors;
    const ms: unknown = await answer(name, pictures, async (forward) => {
      const result = forward();
      distances.push(distance(result, expected));
      result.dispose();
      return known;
    });
    return { ms, distances, leak: leftBehind(before) };
  } finally {
    tf.dispose([pictures, expected]);
    net.dispose();
  }
}

async function checkTimeNetwork(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(name, pictures, timer) => milliseconds');
  if (wrongForm) return wrongForm;
  const { ms, distances, leak } = await observe(answer as TimeNetwork);
  const wrongNumber = notMilliseconds(ms);
  if (wrongNumber) return wrongNumber;
  if (distances.length !== 1)
    return { reason: 'timer', message: 'Expected one call of timer.', got: `${distances.length} calls` };
  if (!(distances[0] < 1e-3))
    return {
      reason: 'inference',
      message: 'What was timed is not the network in inference mode: create it with seed 0 and call eval().',
    };
  const { batch, ms: known } = PROBED;
  if (ms === known && batch !== 1)
    return { reason: 'batch', message: 'That is the time of the whole batch: divide by the number of pictures.' };
  if (Math.abs((ms as number) - known / batch) > 1e-6)
    return {
      reason: 'value',
      message: `With a timer that gives ${known} ms for ${batch} pictures, expected ${known / batch}.`,
      expected: `${known / batch} ms`,
      got: `${String(ms)} ms`,
    };
  return leak;
}

export const A6 = exercise<TimeNetwork>({
  id: 'A6',
  title: 'Time one network',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 3,
  prompt: `Write the function that measures one network: it gets a \`name\`, a batch of \`pictures\` and a \`timer\` (your stopwatch, with its number of repetitions set), and gives the **milliseconds for one picture**.

Build the network with seed 0, set it to inference mode, compile it, hand \`() => run.predict(pictures)\` to the timer, and free the compiled network and the network itself.`,
  hints: [
    '`models.create(name, { seed: 0 }).eval()` builds it; `await graph.compile(graph.trace(net, pictures.shape))` compiles it.',
    'The timer gives the time of the whole batch: `pictures.shape[0]` says how many pictures that is.',
  ],
  reference: () => timeNetwork,
  check: checkTimeNetwork,
});
