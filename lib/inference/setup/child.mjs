import { spawn } from 'node:child_process';
import { mkdirSync, createWriteStream, readFileSync, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from './files.mjs';
import { stateFolder } from './paths.mjs';
import { writeFileAtomicSync } from './system/atomic.cjs';
import { identify, isRunning, signalGroup } from './system/processes.cjs';

const running = new Set();
const orphanFile = (root) => path.join(stateFolder(root), 'child.json');

/**
 * Runs a program to its end with its output in a log file, so that success is quiet. It has a process group of its own,
 * is noted in a file so that a later set-up can end it when this one was killed, and ends with this process otherwise.
 *
 * @param {string} program @param {string[]} args
 * @param {{ root: string, log: string, cwd?: string, env?: Record<string, string | undefined> }} options
 *   `log` is the name of the log in the state folder; `cwd` is the project by default, `env` this process's
 * @throws when it cannot start or ends with another status than 0, with the last lines of its output
 */
export async function runQuietly(program, args, { root, log, cwd = root, env = process.env }) {
  const logFile = path.join(stateFolder(root), log);
  mkdirSync(path.dirname(logFile), { recursive: true });
  const output = createWriteStream(logFile);
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) writeFileAtomicSync(orphanFile(root), JSON.stringify(identify(child.pid)));
  running.add(child);
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}.`));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `status ${code}`}.`),
    );
  });
  running.delete(child);
  output.end();
  await finished(output);
  rmSync(orphanFile(root), { force: true });
  if (ending)
    throw new Error(`${path.basename(program)} ${args.slice(0, 3).join(' ')} ${ending}\n${tail(logFile, root)}`);
}

function tail(logFile, root) {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15);
  return [...lines.map((line) => `    ${line}`), `    (all of it: ${path.relative(root, logFile)})`].join('\n');
}

/** Ends what a killed set-up left running, so that it does not write into what we are about to make. */
export async function endOrphan(root) {
  const identity = readJson(orphanFile(root));
  if (!isRunning(identity)) return;
  signalGroup(identity.pid, 'SIGKILL');
  while (isRunning(identity)) await sleep(50);
}

/** Ends every program started by `runQuietly` that still runs. */
export function endChildren() {
  for (const child of running) if (child.pid) signalGroup(child.pid, 'SIGKILL');
}
