import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withEnvironment } from '../../lib/setup/environment.mjs';
import { cacheFolder, ROOT } from '../../lib/setup/paths.mjs';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { spawnGuarded } from '../../lib/inference/setup/system/guarded.mjs';
import { openTemporary } from '../support/temporary.cjs';
import { createTally } from './tally.mjs';

/** Where the stages leave their counts. */
export const RESULTS_FOLDER = path.join(cacheFolder(), 'test');

let interrupted = false;

/**
 * Runs Node on `args` with its output shown as it comes, or `held` back to its end, and a temporary folder of its own.
 *
 * @returns {Promise<number>} the exit status, 1 also where something was left in the temporary folder
 */
async function runNode(args, { env = {}, held = false } = {}) {
  const temporary = openTemporary();
  try {
    const options = { env: { ...withEnvironment(), ...temporary.env, ...env }, remove: temporary.folder, held };
    const code = await runToEnd(args, options);
    const left = await temporary.leftovers();
    for (const name of left) console.log(`  ✘ left behind in the temporary folder: ${name}`);
    return left.length > 0 ? code || 1 : code;
  } finally {
    temporary.close();
  }
}

/** A signal to us goes to the program, and is the end; should we be killed, it ends as well, and its folder is removed. */
async function runToEnd(args, { env, remove, held }) {
  const stdio = held ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = spawnGuarded(process.execPath, args, { cwd: ROOT, stdio, env, graceMs: 5_000, remove });
  const pieces = [];
  for (const stream of held ? [child.stdout, child.stderr] : []) stream.on('data', (piece) => pieces.push(piece));
  const forward = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  for (const signal of signals) process.off(signal, forward);
  process.stdout.write(Buffer.concat(pieces));
  if (interrupted) throw new Error('Interrupted: not all tests ran.');
  return code;
}

/** A check that counts as one test: it passes when its program ends with 0. */
export async function runCheck(args) {
  const code = await runNode(args);
  if (code === 0) return { ...createTally(), passed: 1 };
  return { ...createTally(), failed: 1, failures: [`${path.basename(args[0])} ended with status ${code}`] };
}

/**
 * Counts that a program leaves in a file; where they do not tell of its failure, the failure itself counts.
 *
 * @param {string} file path of the counts, JSON
 * @param {string[]} args for Node
 * @param {{ env?: Record<string, string>, held?: boolean, read?: (content: any) => ReturnType<typeof createTally> }}
 *   [options] `held` shows the output when it ends; `read` turns the file's content into counts, which it is by default
 */
export async function runCounted(file, args, { env, held, read = (content) => content } = {}) {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  rmSync(file, { force: true });
  const code = await runNode(args, { env, held });
  const content = existsSync(file) ? readJson(file) : undefined;
  const counts = { ...createTally(), ...(content && read(content)) };
  if (code === 0 && counts.passed + counts.failed + counts.skipped.length > 0) return counts;
  if (counts.failed > 0) return counts;
  const failure = `ended with status ${code} and reported no failing test`;
  console.log(`  ✘ ${failure}`);
  return { ...counts, failed: 1, failures: [failure] };
}
