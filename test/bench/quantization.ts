/**
 * int8 networks in onnxruntime, ours and those of onnxruntime's own quantizer made from the same float file, beside the
 * same networks in float: in onnxruntime, in TensorFlow and in PyTorch, all in one run and in turn; sizes, export times,
 * and the accuracy of a small trained network.
 *
 * `npm run bench -- quantization [--models a,b] [--batches 1,16] [--repeats N] [--no-accuracy]`; `--models none` for
 * accuracy alone
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { backend, graph, onnx, quantize, tf } from 'scalable-inference';
import { SETTLE_MS } from './architecture';
import { describeConditions } from './machine';
import { makeFiles, network, SIZE, timed, type Files } from './support/quantized-files';
import { reportAccuracy } from './support/small-network';
import { startReference, type Reference } from './reference';
import { formatTable, median } from './table';
import { timeOnce } from './time';

const THREADS = Number(process.env.TF_NUM_INTRAOP_THREADS) || os.cpus().length;

/**
 * Models, and what is asked of the first: speed over our fastest float, file over float, time over the other quantizer's,
 * export time.
 */
const MODELS = ['resnet50', 'mobilenet_v3_large', 'swin_t'];
const BOUNDS = { speed: 3, file: 0.26, quantizer: 1.1, exportMs: 10_000 };

/** Why a network gains less than the convolutional one. */
const REASONS: Readonly<Record<string, string>> = {
  mobilenet_v3_large:
    'hardSwish and the squeeze blocks have no 8-bit kernels: their inputs go to float and back, and ' +
    'depthwise convolutions move more than they compute',
  swin_t:
    'normalisation, softmax, GELU, attention products and the moving of windows stay in float; only ' +
    'dense layers run in 8 bits',
};

function log(text: string): void {
  console.log(text);
}

/**
 * Milliseconds of each contestant, taking turns; the first turn is not counted. Each turn begins with an untimed pass,
 * once the threads of the one before have ceased to spin.
 */
async function race(
  contestants: ReadonlyMap<string, () => Promise<number>>,
  repeats: number,
): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
  for (let turn = 0; turn <= repeats; turn++) {
    for (const [name, run] of contestants) {
      await setTimeout(SETTLE_MS);
      await run();
      const ms = await run();
      if (turn > 0) samples.get(name)?.push(ms);
    }
  }
  return samples;
}

/** What is timed of a network; the caller runs what `dispose` holds when all is done. */
async function contestantsOf(
  name: string,
  files: Files,
  batch: number,
  reference: Reference | null,
): Promise<{ contestants: Map<string, () => Promise<number>>; dispose(): Promise<void> }> {
  const x = tf.randomUniform([batch, SIZE, SIZE, 3], -1, 1, 'float32', 6);
  const contestants = new Map<string, () => Promise<number>>();
  const net = network(name);
  const run = await graph.compile(graph.trace(net, x.shape), { engine: 'tensorflow' });
  contestants.set('TensorFlow', () => Promise.resolve(timeOnce(() => run.predict(x))));
  const sessions: onnx.OnnxSession[] = [];
  for (const kind of ['onnxruntime', 'int8', 'quantizer'] as const) {
    const file = files[kind === 'onnxruntime' ? 'float' : kind];
    if (!file) continue;
    const session = await onnx.load(file, { threads: THREADS });
    sessions.push(session);
    contestants.set(kind, () => timed(async () => (await session.run(x)).dispose()));
  }
  if (reference)
    for (const engine of ['torch', 'torch channels last'] as const)
      contestants.set(engine, () => reference.time({ engine, model: name, batch, size: SIZE }));
  const dispose = async (): Promise<void> => {
    for (const session of sessions) await session.dispose();
    for (const each of [run, net, x]) each.dispose();
  };
  return { contestants, dispose };
}

async function compare(
  name: string,
  files: Files,
  batch: number,
  repeats: number,
  reference: Reference | null,
): Promise<string[]> {
  const { contestants, dispose } = await contestantsOf(name, files, batch, reference);
  const samples = await race(contestants, repeats);
  await dispose();
  const least = (kind: string): number => Math.min(...(samples.get(kind) ?? [NaN]));
  const text = (kind: string): string =>
    samples.has(kind) ? `${least(kind).toFixed(1)} (${median(samples.get(kind) as number[]).toFixed(1)})` : '-';
  const torch = Math.min(...['torch', 'torch channels last'].map(least).filter((ms) => !Number.isNaN(ms)));
  const fastest = least('TensorFlow') < least('onnxruntime') ? 'TensorFlow' : 'onnxruntime';
  const ratio = (a: number, b: number): string => (Number.isFinite(a / b) ? (a / b).toFixed(2) : '-');
  return [
    name,
    String(batch),
    text('TensorFlow'),
    text('onnxruntime'),
    text('int8'),
    text('quantizer'),
    Number.isFinite(torch) ? torch.toFixed(1) : '-',
    `${ratio(least(fastest), least('int8'))} (${fastest})`,
    ratio(least('onnxruntime'), least('int8')),
    ratio(least('int8'), least('quantizer')),
    ratio(torch, least('int8')),
  ];
}

async function kernelText(file: string): Promise<string> {
  return Object.entries(await onnx.kernels(file))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([op, n]) => `${n} ${op}`)
    .join(', ');
}

async function compareModel(
  name: string,
  folder: string,
  batches: readonly number[],
  repeats: number,
  reference: Reference | null,
  speed: string[][],
  files: string[][],
): Promise<void> {
  const made = await makeFiles(name, folder);
  const bytes = (file: string | null): string => (file ? (statSync(file).size / 1e6).toFixed(2) : '-');
  const [float, int8] = [statSync(made.float).size, statSync(made.int8).size];
  files.push([
    name,
    bytes(made.float),
    bytes(made.int8),
    bytes(made.quantizer),
    (int8 / float).toFixed(4),
    made.exportMs.float.toFixed(0),
    made.exportMs.int8.toFixed(0),
    `${(100 * made.drift).toFixed(1)} %`,
  ]);
  log(`${name}: int8 runs ${await kernelText(made.int8)}${REASONS[name] ? `\n  ${REASONS[name]}` : ''}`);
  for (const batch of batches) {
    speed.push(await compare(name, made, batch, repeats || (batch > 4 ? 8 : 25), reference));
    log(formatTable([speed[0], speed.at(-1) as string[]])); // a run that is cut short has shown what it found
  }
}

/** Runs the comparison and prints its tables. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string', default: MODELS.join() },
      batches: { type: 'string', default: '1,16' },
      repeats: { type: 'string', default: '0' },
      'no-accuracy': { type: 'boolean', default: false },
    },
  });
  await backend.ready();
  const reference = await startReference().catch((error: Error) => {
    log(`PyTorch is NOT in this comparison, it could not be installed: ${error.message.split('\n')[0]}`);
    return null;
  });
  for (const line of await describeConditions(reference?.versions)) log(line);
  log(
    `${quantize.processor().advice}\nonnxruntime-node with ${THREADS} threads runs all ONNX files; TensorFlow has ${THREADS} too\n`,
  );
  const folder = mkdtempSync(path.join(os.tmpdir(), 'quantization-bench-'));
  const speed = [
    [
      'model at 224',
      'batch',
      'float in TensorFlow, ms: least (median)',
      'float in onnxruntime',
      'int8 in onnxruntime',
      "int8 of Python's quantizer",
      'torch float, better layout, least',
      'our fastest float / int8',
      "onnxruntime's float / int8",
      "int8 / quantizer's",
      'torch / int8',
    ],
  ];
  const files = [
    [
      'model',
      'float MB',
      'int8 MB',
      "quantizer's MB",
      'int8 / float',
      'export float ms',
      'export int8 ms',
      'drift on random pictures',
    ],
  ];
  try {
    for (const name of values.models === 'none' ? [] : values.models.split(','))
      await compareModel(
        name,
        folder,
        values.batches.split(',').map(Number),
        Number(values.repeats),
        reference,
        speed,
        files,
      );
  } finally {
    reference?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (speed.length > 1) log(`\n${formatTable(speed)}\n\n${formatTable(files)}`);
  log(
    `bounds for resnet50 at batch 16: our fastest float / int8 >= ${BOUNDS.speed}; int8 / quantizer's <= ${BOUNDS.quantizer}; ` +
      `file <= ${BOUNDS.file}; export < ${BOUNDS.exportMs} ms. Ratios are of the least times.`,
  );
  if (!values['no-accuracy']) await reportAccuracy();
}
