/**
 * Resident memory of a compiled ResNet-50 after 30 passes, beside onnxruntime with the same network from a file and
 * nothing else in its process. Part of `npm run bench -- architecture`; each contestant has a process of its own.
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

const resident = `console.log(process.memoryUsage.rss() / 2 ** 20)`;

const ours = (engine: string, batch: number): string => `
  const { backend, graph, models, tf } = require('scalable-inference');
  (async () => {
    await backend.ready();
    const net = models.create('resnet50', { seed: 0 }).eval();
    const run = await graph.compile(graph.trace(net, [${batch}, ${SIZE}, ${SIZE}, 3]), { engine: '${engine}' });
    net.dispose();
    const x = tf.ones([${batch}, ${SIZE}, ${SIZE}, 3]);
    for (let i = 0; i < ${PASSES}; i++) { const y = run.predict(x); y.dataSync(); y.dispose(); }
    ${resident};
  })();`;

const alone = (file: string, batch: number): string => `
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const { InferenceSession, Tensor } = require('onnxruntime-node');
  (async () => {
    const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || undefined;
    const session = await InferenceSession.create(${JSON.stringify(file)}, threads ? { intraOpNumThreads: threads } : {});
    const x = new Tensor('float32', new Float32Array(${batch * SIZE * SIZE * 3}).fill(1), [${batch}, ${SIZE}, ${SIZE}, 3]);
    for (let i = 0; i < ${PASSES}; i++) await session.run({ [session.inputNames[0]]: x });
    ${resident};
  })();`;

async function mebibytes(script: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: path.join(__dirname, '../..'),
  });
  return Number(stdout.trim().split('\n').at(-1));
}

/** Prints the table. */
export async function compareMemory(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-memory-'));
  try {
    const file = path.join(folder, 'resnet50.onnx');
    const net = models.create('resnet50', { seed: 0 }).eval();
    await onnx.export(net, [1, SIZE, SIZE, 3], file);
    net.dispose();
    const rows = [['resident MiB of resnet50', 'batch', 'MiB', '/ onnxruntime', 'bound']];
    for (const batch of BATCHES) {
      const base = await mebibytes(alone(file, batch));
      rows.push(['onnxruntime alone', String(batch), base.toFixed(0), '', '']);
      for (const engine of ['auto', 'tensorflow', 'onnxruntime']) {
        const own = await mebibytes(ours(engine, batch));
        const ratio = own / base;
        const verdict = ratio <= BOUND ? `<= ${BOUND}` : `over ${BOUND}`;
        rows.push([`compiled, engine: ${engine}`, String(batch), own.toFixed(0), ratio.toFixed(2), verdict]);
      }
    }
    console.log(`\n${formatTable(rows)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
