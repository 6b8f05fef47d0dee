/**
 * Resident memory of a compiled ResNet-50 after 30 passes, beside onnxruntime with the same network from a file and
 * nothing else in its process, and how much of it are unchanged pages of files: libraries and programs, which processes
 * share. Part of `npm run bench -- architecture`; each contestant has a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { models, onnx } from 'scalable-inference';
import { formatTable } from './table';

const SIZE = 256;
const BATCHES = [1, 16];
const PASSES = 30;
/** Of onnxruntime's. */
const BOUND = 1.5;

/** MiB of a process. */
interface Memory {
  resident: number;
  /** Unchanged pages of files, which the system need not keep and gives to every process that maps them; Linux only. */
  files?: number;
}

const report = `
  let files;
  try {
    const sums = require('node:fs').readFileSync('/proc/self/smaps_rollup', 'utf8');
    files = ['Shared_Clean', 'Private_Clean'].reduce((sum, name) => sum + Number(sums.match(name + ': *([0-9]+)')[1]) / 1024, 0);
  } catch {}
  console.log(JSON.stringify({ resident: process.memoryUsage.rss() / 2 ** 20, files }));`;

const ours = (engine: string, batch: number): string => `
  const { backend, graph, models, tf } = require('scalable-inference');
  (async () => {
    await backend.ready();
    const net = models.create('resnet50', { seed: 0 }).eval();
    const run = await graph.compile(graph.trace(net, [${batch}, ${SIZE}, ${SIZE}, 3]), { engine: '${engine}' });
    net.dispose();
    const x = tf.ones([${batch}, ${SIZE}, ${SIZE}, 3]);
    for (let i = 0; i < ${PASSES}; i++) { const y = run.predict(x); y.dataSync(); y.dispose(); }
    ${report}
  })();`;

const alone = (file: string, batch: number): string => `
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const { InferenceSession, Tensor } = require('onnxruntime-node');
  (async () => {
    const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || undefined;
    const session = await InferenceSession.create(${JSON.stringify(file)}, threads ? { intraOpNumThreads: threads } : {});
    const x = new Tensor('float32', new Float32Array(${batch * SIZE * SIZE * 3}).fill(1), [${batch}, ${SIZE}, ${SIZE}, 3]);
    for (let i = 0; i < ${PASSES}; i++) await session.run({ [session.inputNames[0]]: x });
    ${report}
  })();`;

async function measure(script: string): Promise<Memory> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: path.join(__dirname, '../..'),
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Memory;
}

/** A row of the table: without pages of files what is left is the process's own. */
function rowOf(name: string, batch: number, { resident, files }: Memory, base?: Memory): string[] {
  const ratio = base && resident / base.resident;
  return [
    name,
    String(batch),
    resident.toFixed(0),
    ratio?.toFixed(2) ?? '',
    ratio === undefined ? '' : ratio <= BOUND ? `<= ${BOUND}` : `over ${BOUND}`,
    files?.toFixed(0) ?? '-',
    files === undefined ? '-' : (resident - files).toFixed(0),
    base?.files === undefined || files === undefined
      ? ''
      : ((resident - files) / (base.resident - base.files)).toFixed(2),
  ];
}

/** Prints the table. */
export async function compareMemory(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-memory-'));
  try {
    const file = path.join(folder, 'resnet50.onnx');
    const net = models.create('resnet50', { seed: 0 }).eval();
    await onnx.export(net, [1, SIZE, SIZE, 3], file);
    net.dispose();
    const head = ['resident MiB of resnet50', 'batch', 'MiB', '/ onnxruntime', 'bound'];
    const rows = [[...head, 'of it pages of files', 'its own', '/ onnxruntime']];
    for (const batch of BATCHES) {
      const base = await measure(alone(file, batch));
      rows.push(rowOf('onnxruntime alone', batch, base));
      for (const engine of ['auto', 'tensorflow', 'onnxruntime'])
        rows.push(rowOf(`compiled, engine: ${engine}`, batch, await measure(ours(engine, batch)), base));
    }
    console.log(`\n${formatTable(rows)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
