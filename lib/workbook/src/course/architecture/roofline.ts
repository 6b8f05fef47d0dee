import { tf } from 'scalable-inference/backend';
import { compile, trace } from 'scalable-inference/graph';
import { complexity, type Machine } from 'scalable-inference/measure';
import { Conv2d, type Module } from 'scalable-inference/nn';
import { exercise, onCases, type Diagnosis } from '../../exercise';
import { leftBehind, noFunction } from './checks';
import type { Timer } from './networks';

const TOPIC = 'roofline';

/** Speeds of a machine. */
export type Speeds = Pick<Machine, 'flopsPerSecond' | 'bytesPerSecond'>;

/** FLOPs a second that a machine can reach at an arithmetic intensity, in FLOPs for each byte. */
export type Attainable = (intensity: number, machine: Speeds) => number;

const attainable: Attainable = (intensity, { flopsPerSecond, bytesPerSecond }) =>
  Math.min(flopsPerSecond, intensity * bytesPerSecond);

const MACHINE: Speeds = { flopsPerSecond: 200e9, bytesPerSecond: 10e9 };

export const A19 = exercise<Attainable>({
  id: 'A19',
  title: 'Write the roofline',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the formula as a function: it gets an arithmetic \`intensity\` (FLOPs for each byte) and a \`machine\` with its \`flopsPerSecond\` and \`bytesPerSecond\`, and gives the FLOPs a second that can be reached at best.`,
  hints: [
    'Bytes a second times FLOPs for each byte are FLOPs a second: what memory allows.',
    'The smaller of the two limits counts: `Math.min`.',
  ],
  reference: () => attainable,
  check: (answer) =>
    onCases(
      answer,
      [1, 5, 20, 100].map((intensity) => ({
        args: [intensity, MACHINE],
        expected: attainable(intensity, MACHINE),
        name: `${intensity} FLOPs for each byte`,
      })),
      { relative: 1e-9 },
    ),
});

/** Where a measured layer stands in the picture. */
export type LayerSpeed = {
  /** FLOPs for each byte. */
  intensity: number;
  flopsPerSecond: number;
};

/** Measures one layer on an input of a shape [batch, height, width, channels]. */
export type MeasureLayer = (layer: Module, shape: number[], timer: Timer) => Promise<LayerSpeed>;

const measureLayer: MeasureLayer = async (layer, shape, timer) => {
  const { flops, intensity } = complexity(layer, shape);
  const run = await compile(trace(layer, shape));
  const x = tf.randomNormal(shape);
  const ms = await timer(() => run.predict(x));
  x.dispose();
  run.dispose();
  return { intensity, flopsPerSecond: flops / (ms / 1000) };
};

const PROBE_MS = 2;
const PROBE_SHAPE = [1, 8, 8, 4];

async function checkMeasureLayer(answer: unknown): Promise<Diagnosis | undefined> {
  const wrongForm = noFunction(answer, '(layer, shape, timer) => { intensity, flopsPerSecond }');
  if (wrongForm) return wrongForm;
  const layer = new Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 3, padding: 1 });
  let calls = 0;
  const timer: Timer = async (forward) => {
    calls += 1;
    forward().dispose();
    return PROBE_MS;
  };
  try {
    const expected = await measureLayer(layer, PROBE_SHAPE, timer);
    calls = 0;
    const before = tf.memory().numTensors;
    const got: unknown = await (answer as MeasureLayer)(layer, PROBE_SHAPE, timer);
    const leak = leftBehind(before);
    if (got === undefined) return { reason: 'unanswered', message: 'The function gives nothing yet.' };
    if (calls !== 1) return { reason: 'timer', message: 'Expected one call of timer.', got: `${calls} calls` };
    const { flopsPerSecond } = (got ?? {}) as Partial<LayerSpeed>;
    if (flopsPerSecond === expected.flopsPerSecond / 1000)
      return { reason: 'unit', message: 'The timer gives milliseconds: FLOPs a second need seconds.' };
    return compare(got as LayerSpeed, expected) ?? leak;
  } finally {
    layer.dispose();
  }
}

function compare(got: LayerSpeed, expected: LayerSpeed): Diagnosis | undefined {
  const same = (['intensity', 'flopsPerSecond'] as const).find(
    (name) => !(Math.abs(got[name] - expected[name]) <= 1e-9 * expected[name]),
  );
  if (same === undefined) return undefined;
  return {
    reason: 'value',
    message: `With a timer that gives ${PROBE_MS} ms, ${same} is not right.`,
    expected: String(expected[same]),
    got: String(got[same]),
  };
}

export const A20 = exercise<MeasureLayer>({
  id: 'A20',
  title: 'Measure a single layer',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write the function that measures one layer: it gets the \`layer\`, the \`shape\` of its input and a \`timer\`, and gives its \`intensity\` (counted) and its \`flopsPerSecond\` (counted FLOPs by measured time).

A layer is counted, traced and compiled like a network. Free the compiled layer and the input; the layer itself belongs to the caller.`,
  hints: [
    '`measure.complexity(layer, shape)` gives `flops` and `intensity`; `graph.compile(graph.trace(layer, shape))` compiles.',
    'The timer gives milliseconds: FLOPs a second are `flops / (ms / 1000)`.',
  ],
  reference: () => measureLayer,
  check: checkMeasureLayer,
});

export const A20b = exercise({
  id: 'A20b',
  title: 'How many times as fast in bfloat16?',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'Your **ResNet**, compiled in float32 and in bfloat16, on the same pictures: how many times **as fast** will it be in bfloat16? (1 means equally fast, **0.5** half as fast.)',
  range: [0.05, 50],
  hints: [
    'By how much did the roof rise? And how far below its roof did your ResNet stay in float32?',
    'What memory limits moves half as many bytes. What neither limits, such as starting kernels, stays as it is.',
  ],
});
