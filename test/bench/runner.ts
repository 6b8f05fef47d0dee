import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

import { formatNotebook, type Notebook } from 'tslab-runner/ipynb';
import { readEnvironment } from 'tslab-runner/server';
import { commandOf } from '../support/commands';
import { formatTable, median } from './table';

const ROOT = path.resolve(__dirname, '../..');
const CLI = commandOf('tslab-runner');
const NBCLIENT = path.join(ROOT, '.cache/bench-nbclient');
const VERSION = '0.11.0';
const CELLS = 50;
const ROUNDS = 7;

/** nbclient's own command, `jupyter execute`, in a Python environment of its own, made on first use. */
function nbclientCommand(): string {
  const command = path.join(NBCLIENT, 'bin/jupyter-execute');
  if (!existsSync(command)) {
    console.error(`Installing nbclient ${VERSION} into .cache/bench-nbclient for comparison, once...`);
    rmSync(NBCLIENT, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', NBCLIENT]);
    execFileSync(path.join(NBCLIENT, 'bin/python'), ['-m', 'pip', 'install', '-q', `nbclient==${VERSION}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  return command;
}

function trivial(cells: number): Notebook {
  return {
    cells: Array.from({ length: cells }, (_, i) => ({
      cell_type: 'code',
      id: `cell-${i}`,
      source: `const v${i} = ${i};\nconsole.log(v${i});`,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: 'tslab', display_name: 'tslab', language: 'typescript' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Wall time of a command from start to exit, in seconds; throws when it fails. */
function wallSeconds(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, JUPYTER_PATH: path.dirname(readEnvironment().kernelSpecDir) };
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', env });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve((performance.now() - startedAt) / 1_000)
        : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}

/** Wall time of one notebook of trivial cells, everything included, beside nbclient's, taking turns. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runner-bench-'));
  try {
    const rows = [['cells', 'runner, median s', 'fastest', 'nbclient, median s', 'fastest', 'ratio of medians']];
    for (const cells of [1, CELLS]) {
      const file = path.join(folder, `${cells}.ipynb`);
      writeFileSync(file, formatNotebook(trivial(cells)));
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await wallSeconds(process.execPath, [CLI, file]));
        theirs.push(await wallSeconds(nbclientCommand(), [file]));
      }
      const seconds = [median(ours), Math.min(...ours), median(theirs), Math.min(...theirs)];
      rows.push([
        String(cells),
        ...seconds.map((value) => value.toFixed(2)),
        (median(ours) / median(theirs)).toFixed(2),
      ]);
    }
    console.log(
      `machine: ${os.cpus()[0]?.model.trim()}, ${os.cpus().length} processors; load ${os.loadavg()[0]?.toFixed(1)}; Node ${process.version}; nbclient ${VERSION}`,
    );
    console.log(
      `server start, kernel start and shutdown included; ${ROUNDS} rounds, taking turns\n${formatTable(rows)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
