import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { JOBS } from '../../jobs/support/worker';
import { course } from '../../jobs/support/class';
import { CLI, Folder } from '../../runner/support';
import { seconds } from './seconds';

const WORKERS = [1, 2, 4];

/** Time for a batch of submissions of a small notebook: what is measured is their kernels, not their cells. */
export async function submissions(count: number): Promise<void> {
  const [originals, handedIn, out] = [new Folder(), new Folder(), new Folder()];
  try {
    const original = originals.write('course.ipynb', course());
    for (let k = 0; k < count; k++)
      handedIn.write(`member-${k}/course.ipynb`, course({ A1: 'ex.A1.answer(3);', A2: `ex.A2.answer(${k % 5});` }));
    const run = (program: string, ...args: string[]): Promise<number> =>
      seconds(() => promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 1e9 }));
    console.log(`\n${count} submissions of a notebook with two exercises`);
    console.log('| | seconds | seconds a submission |\n|---|---|---|');
    const row = (name: string, took: number): void =>
      console.log(`| ${name} | ${took.toFixed(0)} | ${(took / count).toFixed(2)} |`);
    row('the runner, --jobs 2', await run(CLI, original, '--grade', handedIn.path, '--jobs', '2'));
    for (const workers of WORKERS) {
      const folder = path.join(out.path, String(workers));
      const args = ['grade', handedIn.path, original, '--folder', folder, '--workers', String(workers)];
      row(`jobs, ${workers} worker${workers === 1 ? '' : 's'}`, await run(JOBS, ...args));
    }
  } finally {
    for (const each of [originals, handedIn, out]) each.remove();
  }
}
