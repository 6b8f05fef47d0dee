/**
 * Loading a checkpoint of 100 MB beside `torch.load` and `load_state_dict` in the same run, taking turns, for both forms
 * of PyTorch's files. BENCH_PYTHON names a Python with torch; without it one is made in .cache on first use.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { checkpoint, models } from 'scalable-inference';
import { referencePython } from '../reference';
import { formatTable, median } from '../table';

const MODEL = 'resnet50'; // 25.6 million parameters, 102 MB
const ROUNDS = 9;

/** torch in a process of its own. */
interface Torch {
  version: string;
  /** Writes a state dict's two forms. */
  rewrite(file: string, zip: string, legacy: string): Promise<void>;
  /** Milliseconds of `torch.load` and `load_state_dict`. */
  time(file: string): Promise<number>;
  stop(): void;
}

async function startTorch(): Promise<Torch> {
  const python = process.env.BENCH_PYTHON || referencePython();
  const child = spawn(python, [path.join(__dirname, 'checkpoint.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the Python process ended (${child.signalCode ?? child.exitCode})`);
    return value;
  };
  const ask = (...words: string[]): Promise<string> => {
    child.stdin.write(`${JSON.stringify(words)}\n`);
    return next();
  };
  return {
    version: await next(),
    rewrite: async (...files) => void (await ask('rewrite', ...files)),
    time: async (file) => Number(await ask('time', file)),
    stop: () => void child.stdin.end(),
  };
}

async function milliseconds(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

/** Most memory that this process has had, in MB. */
const peakMB = (): number => process.resourceUsage().maxRSS / 1024;

export async function part(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'checkpoint-bench-'));
  let torch: Torch | undefined;
  try {
    const at = (name: string): string => path.join(folder, name);
    const net = models.create(MODEL, { seed: 1 });
    await checkpoint.save(net, at('ours.pt'));
    await checkpoint.save(net, at('ours.safetensors'));
    torch = await startTorch().catch((error: Error) => {
      console.log(`torch is not compared with: ${error.message.split('\n')[0]}`);
      return undefined;
    });
    await torch?.rewrite(at('ours.pt'), at('zip.pth'), at('legacy.pth'));
    const files = torch ? ['zip.pth', 'legacy.pth', 'ours.pt', 'ours.safetensors'] : ['ours.pt', 'ours.safetensors'];
    const rows = [['file', 'MB', 'checkpoint.load (ms)', 'torch.load and load_state_dict (ms)', 'ratio']];
    for (const file of files) {
      const isTorch = torch && !file.endsWith('.safetensors');
      const [here, there]: [number[], number[]] = [[], []];
      for (let round = 0; round <= ROUNDS; round++) {
        const mine = await milliseconds(() => checkpoint.load(net, at(file)));
        const theirs = isTorch ? await torch?.time(at(file)) : NaN;
        if (round === 0) continue; // the first one warms up
        here.push(mine);
        there.push(theirs ?? NaN);
      }
      const [a, b] = [median(here), median(there)];
      const size = (statSync(at(file)).size / 1e6).toFixed(1);
      rows.push([file, size, a.toFixed(0), isTorch ? b.toFixed(0) : '-', isTorch ? (a / b).toFixed(2) : '-']);
    }
    console.log(
      `${MODEL}, medians of ${ROUNDS} rounds; torch ${torch?.version ?? 'is not here'}; peak ${peakMB().toFixed(0)} MB`,
    );
    console.log(formatTable(rows));
    net.dispose();
  } finally {
    torch?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
