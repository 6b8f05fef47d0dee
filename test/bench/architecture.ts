/**
 * Forward time of compiled and eager networks beside PyTorch and onnxruntime, at one picture and at 16 of 256x256 (224
 * where the network takes nothing else; texts of 128 tokens for BERT), all in one run and in turn; then some in
 * bfloat16 beside PyTorch's own, tensor count and memory over 50 passes, memory beside onnxruntime's, the import time.
 *
 * `npm run bench -- architecture [--models a,b] [--batches 1,16] [--repeats N]`
 */
import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { backend, graph, models, tf } from 'scalable-inference';
import { describeConditions } from './machine';
import { compareHalf } from './half';
import { compareMemory } from './memory';
import { startReference, type Reference, type TimingRequest } from './reference';
import { formatTable, median } from './table';
import { timeOnce } from './time';

const SIZE = 256;
const TOKENS = 128;
const isText = (model: string): boolean => model.startsWith('bert');
/** Pixels along each side, or tokens; vision transformers take one size only. */
export const sizeOf = (model: string): number => (isText(model) ? TOKENS : model.startsWith('vit_') ? 224 : SIZE);
export const shapeOf = (model: string, batch: number): number[] =>
  isText(model) ? [batch, TOKENS] : [batch, sizeOf(model), sizeOf(model), 3];

/** Random pictures, or numbers of words that every vocabulary has. */
export const inputsFor = (model: string, batch: number): tf.Tensor =>
  isText(model) ? tf.randomUniform(shapeOf(model, batch), 0, 1000, 'int32') : tf.randomUniform(shapeOf(model, batch));

const MODELS = [
  'resnet50',
  'efficientnet_v2_s',
  'swin_t',
  'mobilenet_v3_large',
  'convnext_tiny',
  'vit_b_16',
  'resnet18',
  'bert_base',
];

/** Bounds on our compiled time over PyTorch's better layout, and over onnxruntime's. */
const BOUNDS = { torch: 0.85, onnxruntime: 1 } as const;

const REFERENCES: ReadonlyArray<TimingRequest['engine']> = ['torch', 'torch channels last', 'onnxruntime'];

export interface Contestant {
  name: string;
  /** Milliseconds of one pass. */
  time(): Promise<number>;
}

interface Settings {
  models: string[];
  batches: number[];
  repeats: number;
}

function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string', default: MODELS.join() },
      batches: { type: 'string', default: '1,16' },
      repeats: { type: 'string', default: '0' },
    },
  });
  return {
    models: values.models.split(','),
    batches: values.batches.split(',').map(Number),
    repeats: Number(values.repeats),
  };
}

/** How long the threads of the contestant before may still spin in wait for more work. */
export const SETTLE_MS = 300;

/**
 * Runs the contestants in turn, so that a change in the machine's load meets all of them; medians by name, or what went
 * wrong. Each turn begins with an untimed pass: the first one after another program finds cold caches and its spinning
 * threads, which short passes feel.
 */
export async function race(contestants: readonly Contestant[], repeats: number): Promise<Map<string, number | string>> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const failures = new Map<string, string>();
  for (let i = 0; i < repeats; i++) {
    for (const { name, time } of contestants) {
      if (failures.has(name)) continue;
      try {
        await setTimeout(SETTLE_MS);
        await time();
        samples.get(name)?.push(await time());
      } catch (error) {
        failures.set(name, (error as Error).message);
      }
    }
  }
  return new Map(contestants.map(({ name }) => [name, failures.get(name) ?? median(samples.get(name) as number[])]));
}

async function compareModel(
  model: string,
  batch: number,
  repeats: number,
  reference: Reference | null,
): Promise<string[]> {
  const net = models.create(model, { seed: 0 }).eval();
  const size = sizeOf(model);
  const x = inputsFor(model, batch);
  const run = await graph.compile(graph.trace(net, shapeOf(model, batch)));
  const compiled = (): tf.Tensor => run.predict(x);
  const eager = (): tf.Tensor => net.forward(x);
  for (const pass of [compiled, eager]) timeOnce(pass);
  const own: Contestant[] = [
    { name: 'compiled', time: async () => timeOnce(compiled) },
    { name: 'eager', time: async () => timeOnce(eager) },
  ];
  const others = reference
    ? REFERENCES.map((engine) => ({ name: engine, time: () => reference.time({ engine, model, batch, size }) }))
    : [];
  const times = await race([...own, ...others], repeats);
  run.dispose();
  net.dispose();
  x.dispose();
  return describeRace(model, batch, run.engine, times);
}

function describeRace(
  model: string,
  batch: number,
  engine: string,
  times: ReadonlyMap<string, number | string>,
): string[] {
  const value = (name: string): number => (typeof times.get(name) === 'number' ? (times.get(name) as number) : NaN);
  for (const [name, result] of times)
    if (typeof result === 'string') console.log(`  ${model}, batch ${batch}, ${name}: failed (${result})`);
  const torch = Math.min(...[value('torch'), value('torch channels last')].filter((ms) => !Number.isNaN(ms)));
  const beside = (base: number, bound: number): string[] => {
    if (!Number.isFinite(base)) return ['-', ''];
    const ratio = value('compiled') / base;
    return [ratio.toFixed(2), ratio <= bound ? `<= ${bound}` : `over ${bound}`];
  };
  const ms = (name: string): string =>
    Number.isNaN(value(name)) ? '-' : value(name).toFixed(value(name) < 100 ? 1 : 0);
  return [
    model,
    String(batch),
    engine,
    ms('compiled'),
    ms('eager'),
    ...REFERENCES.map(ms),
    ...beside(torch, BOUNDS.torch),
    ...beside(value('onnxruntime'), BOUNDS.onnxruntime),
  ];
}

async function compareSpeed({ models: names, batches, repeats }: Settings): Promise<void> {
  const reference = await startReference().catch((error: Error) => {
    console.log(
      `PyTorch and onnxruntime are NOT in this comparison, they could not be installed: ${error.message.split('\n')[0]}`,
    );
    return null;
  });
  for (const line of await describeConditions(reference?.versions)) console.log(line);
  console.log(
    `medians in ms of one forward pass of [batch, ${SIZE}, ${SIZE}, 3] (vit: 224; bert: ${TOKENS} tokens); ratios: our compiled time over the ` +
      "other's, with the bound\n",
  );
  const rows = [
    ['model', 'batch', 'engine', 'compiled', 'eager', ...REFERENCES, '/ torch, better layout', '', '/ onnxruntime', ''],
  ];
  for (const batch of batches) {
    for (const model of names) {
      console.error(`timing ${model}, batch ${batch}...`);
      rows.push(await compareModel(model, batch, repeats || (batch > 8 ? 3 : 21), reference));
    }
  }
  reference?.stop();
  console.log(formatTable(rows));
}

/** Tensors and resident memory before and after 50 passes of each kind. */
async function watchMemory(): Promise<void> {
  const net = models.create('resnet50', { seed: 0 }).eval();
  const x = tf.randomUniform([4, SIZE, SIZE, 3]);
  const run = await graph.compile(graph.trace(net, [1, SIZE, SIZE, 3]));
  const rows = [['50 passes of resnet50, batch 4', 'tensors before', 'after', 'resident MiB before', 'after']];
  for (const [name, pass] of [
    ['compiled', () => run.predict(x)],
    ['eager', () => net.forward(x)],
  ] as const) {
    for (let i = 0; i < 5; i++) timeOnce(pass);
    const before = [tf.memory().numTensors, process.memoryUsage.rss()];
    for (let i = 0; i < 50; i++) timeOnce(pass);
    const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
    rows.push([
      name,
      String(before[0]),
      String(tf.memory().numTensors),
      mib(before[1]),
      mib(process.memoryUsage.rss()),
    ]);
  }
  run.dispose();
  net.dispose();
  x.dispose();
  console.log(`\n${formatTable(rows)}`);
}

function timeImport(): void {
  const script =
    "const t = performance.now(); const { backend } = require('scalable-inference'); backend.ready().then(() => console.log(performance.now() - t))";
  const samples = Array.from({ length: 3 }, () =>
    Number(
      execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).trim(),
    ),
  );
  console.log(`\nimport of the library until the backend is ready: ${median(samples).toFixed(0)} ms (bound 3000)`);
}

/** Runs the comparison and prints its tables. */
export async function bench(args: readonly string[]): Promise<void> {
  await backend.ready();
  await compareSpeed(readSettings(args));
  await compareHalf(readSettings(args).repeats || 5);
  await watchMemory();
  await compareMemory();
  timeImport();
}
