/**
 * Decoding and preparing photographs, beside torchvision with Pillow in the same run, taking turns. BENCH_PYTHON names a
 * Python with torchvision; without it one is made in .cache on first use.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { datasets, models } from 'scalable-inference';
import { referencePython } from '../reference';
import { formatTable, median } from '../table';

const COUNT = 64;
const ROUNDS = 7;
const [WIDTH, HEIGHT] = [500, 375]; // the usual size of ImageNet's photographs
const WEIGHTS = { bilinear: ['resnet50', 'IMAGENET1K_V2'], bicubic: ['efficientnet_b0', 'IMAGENET1K_V1'] } as const;

/** Writes photographs of colours that change slowly, with noise, as JPEG files of usual quality. */
async function writePhotographs(folder: string): Promise<void> {
  mkdirSync(path.join(folder, 'class'));
  for (let n = 0; n < COUNT; n++) {
    let state = n + 1;
    const random = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32;
    const coarse = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => 255 * random()));
    const smooth = await sharp(coarse, { raw: { width: 12, height: 9, channels: 3 } })
      .resize(WIDTH, HEIGHT, { fit: 'fill' })
      .raw()
      .toBuffer();
    const noisy = smooth.map((level) => Math.min(255, Math.max(0, level + 24 * (random() - 0.5))));
    await sharp(noisy, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(path.join(folder, 'class', `${n}.jpg`));
  }
}

type Task = 'decode' | 'bilinear' | 'bicubic' | 'one by one' | 'batches';
const TASKS: Record<Task, string> = {
  decode: 'decode a JPEG file',
  bilinear: 'prepare, bilinear (resnet50)',
  bicubic: 'prepare, bicubic (efficientnet_b0)',
  'one by one': 'file to tensor, one by one',
  batches: 'file to tensor, batches of 32, all processors',
};

/** Milliseconds that a task takes for all photographs. */
type Timer = (task: Task) => Promise<number>;

async function ourTimer(folder: string): Promise<Timer> {
  const set = await datasets.imageFolder(folder);
  const positions = Array.from({ length: set.count }, (_, i) => i);
  const decoded = await set.pictures(positions);
  const prepare = (kind: keyof typeof WEIGHTS): models.Preprocess => {
    const [model, which]: readonly [string, string] = WEIGHTS[kind];
    return models.preprocess(models.weights(model, which));
  };
  const tasks: Record<Task, () => Promise<void>> = {
    decode: async () => {
      for (const i of positions) await set.picture(i);
    },
    bilinear: async () => decoded.forEach((picture) => prepare('bilinear')(picture).dispose()),
    bicubic: async () => decoded.forEach((picture) => prepare('bicubic')(picture).dispose()),
    'one by one': async () => {
      for (const i of positions) prepare('bilinear')(await set.picture(i)).dispose();
    },
    batches: async () => {
      for await (const batch of set.batches({ batchSize: 32, prepare: prepare('bilinear') })) batch.dispose();
    },
  };
  return async (task) => {
    const start = performance.now();
    await tasks[task]();
    return performance.now() - start;
  };
}

/** torchvision's, in a process of its own; undefined, with one line, where there is none. */
async function theirTimer(folder: string): Promise<(Timer & { stop(): void; versions: string }) | undefined> {
  try {
    const python = process.env.BENCH_PYTHON || referencePython();
    const child = spawn(python, [path.join(__dirname, 'pictures.py'), folder], { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the Python process ended (${child.signalCode ?? child.exitCode})`);
      return value;
    };
    const versions = await next();
    const time = async (task: Task): Promise<number> => {
      child.stdin.write(`${task}\n`);
      return Number(await next());
    };
    return Object.assign(time, { stop: () => void child.stdin.end(), versions });
  } catch (error) {
    console.log(`torchvision is not compared with: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

export async function part(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pictures-bench-'));
  const stops: Array<() => void> = [];
  try {
    await writePhotographs(folder);
    const ours = await ourTimer(folder);
    const theirs = await theirTimer(folder);
    if (theirs) stops.push(theirs.stop);
    const rows = [['pictures a second', 'here', 'torchvision with Pillow', 'ratio']];
    for (const task of Object.keys(TASKS) as Task[]) {
      const [a, b]: [number[], number[]] = [[], []];
      for (let round = 0; round <= ROUNDS; round++) {
        const [mine, other] = [await ours(task), theirs ? await theirs(task) : NaN];
        if (round === 0) continue; // the first one warms up
        a.push(mine);
        b.push(other);
      }
      const rates = [median(a), median(b)].map((ms) => (1000 * COUNT) / ms);
      rows.push([TASKS[task], ...rates.map((rate) => rate.toFixed(0)), (rates[0] / rates[1]).toFixed(2)]);
    }
    console.log(
      `${COUNT} photographs of ${WIDTH}x${HEIGHT}, medians of ${ROUNDS} rounds; ${theirs?.versions ?? 'alone'}`,
    );
    console.log(formatTable(rows));
  } finally {
    stops.forEach((stop) => stop());
    rmSync(folder, { recursive: true, force: true });
  }
}
