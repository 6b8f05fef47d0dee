import { spawn } from 'node:child_process';
import * as os from 'node:os';

import { findIsolation } from 'tslab-runner/server';
import { RIGHT, submission, writeCourse } from '../runner/judged/course';
import { CLI, Folder } from '../runner/support';
import { formatTable, median } from './table';

const ROUNDS = 12;
/** In one run: so that what a run costs once (server, first kernel) does not hide what each submission costs. */
const SUBMISSIONS = 4;
/** What isolation may cost a submission. */
const BOUND_SECONDS = 0.3;

/** Seconds that grading takes from the command's start to its end. */
function gradeSeconds(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve((performance.now() - startedAt) / 1_000) : reject(new Error(`grading ended with ${code}`)),
    );
  });
}

/** What the sandbox costs a submission: the same trivial submissions graded with and without it, taking turns. */
export async function bench([asked]: readonly string[]): Promise<void> {
  const rounds = asked === undefined ? ROUNDS : Number(asked);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`grading takes a number of rounds, 1 or more, got "${asked}".`);
  const found = findIsolation({ readable: [] });
  if ('missing' in found) throw new Error(`There is nothing to compare: ${found.missing}.`);
  const [folder, class_] = [new Folder(), new Folder()];
  try {
    const original = writeCourse(folder);
    for (let at = 0; at < SUBMISSIONS; at += 1) class_.write(`student-${at}/course.ipynb`, submission(RIGHT));
    const args = [original, '--grade', class_.path, '--jobs', '1'];
    await gradeSeconds([...args, '--no-isolate']); // files come into memory
    const seconds: Record<'--isolate' | '--no-isolate', number[]> = { '--isolate': [], '--no-isolate': [] };
    for (let round = 0; round < rounds; round += 1) {
      // Each is first in every other round: a machine's load changes with time.
      const order = ['--isolate', '--no-isolate'] as const;
      for (const option of round % 2 === 0 ? order : [...order].reverse())
        seconds[option].push((await gradeSeconds([...args, option])) / SUBMISSIONS);
    }
    report(seconds['--isolate'], seconds['--no-isolate']);
  } finally {
    for (const each of [folder, class_]) each.remove();
  }
}

function report(inside: readonly number[], bare: readonly number[]): void {
  const differences = inside.map((value, round) => value - bare[round]);
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    ...[median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2)),
  ];
  console.log(
    `machine: ${os.cpus()[0]?.model.trim()}, ${os.cpus().length} processors; load ${os.loadavg()[0]?.toFixed(1)}; ` +
      `Node ${process.version}\n${inside.length} rounds, taking turns, of ${SUBMISSIONS} submissions of four exercises ` +
      'each, one at a time; everything from the start of the command to its end, divided by their number',
  );
  const rows = [
    ['seconds a submission', 'median', 'least', 'most'],
    row('--isolate', inside),
    row('--no-isolate', bare),
    row('difference, by round', differences),
  ];
  const cost = median(differences);
  console.log(
    `${formatTable(rows)}\nbound of the difference: ${BOUND_SECONDS.toFixed(2)} (${cost <= BOUND_SECONDS ? 'kept' : 'BROKEN'}: ${cost.toFixed(2)})`,
  );
}
