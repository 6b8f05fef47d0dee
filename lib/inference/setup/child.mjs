import { mkdirSync, createWriteStream, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from './files.mjs';
import { causeOf } from './causes.mjs';
import { stateFolder } from './paths.mjs';
import { spawnGuarded } from './system/guarded.mjs';
import { isRunning, signalGroup } from './system/processes.cjs';

const running = new Set();
/** Of a program's output, for its error. */
const KEPT_CHARACTERS = 65_536;
const orphanFile = (root) => path.join(stateFolder(root), 'child.json');
/** Where programs of the set-up put what is temporary: there is room where the result goes, and all of it goes away. */
const temporaryFolder = (root) => path.join(stateFolder(root), 'tmp');

/**
 * Runs a program to its end with its output in a log file, so that success is quiet. It ends with this process, and is
 * noted in a file for the rare case that its guard is killed too; its temporary files are removed either way.
 *
 * @param {string} program @param {string[]} args
 * @param {{ root: string, log: string, cwd?: string, env?: Record<string, string | undefined> }} options
 *   `log` is the name of the log in the state folder; `cwd` is the project by default, `env` this process's
 * @throws when it cannot start or ends with another status than 0: the cause in a sentence where its output shows a known
 *   one, and the last lines of its output
 */
export async function runQuietly(program, args, { root, log, cwd = root, env = process.env }) {
  const logFile = path.join(stateFolder(root), log);
  mkdirSync(path.dirname(logFile), { recursive: true });
  const output = createWriteStream(logFile);
  const child = spawnGuarded(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    env: { ...env, ...temporaryVariables(root) },
    note: orphanFile(root),
    remove: temporaryFolder(root),
  });
  running.add(child);
  let printed = '';
  const keep = (data) => (printed = (printed + data.toString()).slice(-KEPT_CHARACTERS));
  // A disk without room for the log has none for the program either, whose own words then count.
  output.on('error', () => {});
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', keep).pipe(output, { end: false });
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}.`));
    child.once('close', (code) => resolve(code === 0 ? undefined : `ended with status ${code}.`));
  });
  running.delete(child);
  output.end();
  await finished(output).catch(() => {});
  rmSync(temporaryFolder(root), { recursive: true, force: true, maxRetries: 5 });
  if (!ending) return;
  const what = `${path.basename(program)} ${args.slice(0, 3).join(' ')} ${ending}`;
  const cause = causeOf(printed, { folder: root });
  throw new Error(`${cause ? `${cause} (${what.replace(/\.$/, '')})` : what}\n${tail(printed, logFile, root)}`);
}

function temporaryVariables(root) {
  const folder = temporaryFolder(root);
  mkdirSync(folder, { recursive: true });
  return { TMPDIR: folder, TEMP: folder, TMP: folder };
}

function tail(printed, logFile, root) {
  const lines = printed.trimEnd().split('\n').slice(-15);
  return [...lines.map((line) => `    ${line}`), `    (all of it: ${path.relative(root, logFile)})`].join('\n');
}

/** Ends what a killed set-up left running, so that it does not write into what we are about to make. */
export async function endOrphan(root) {
  const identity = readJson(orphanFile(root));
  if (isRunning(identity)) signalGroup(identity.pid, 'SIGKILL');
  while (isRunning(identity)) await sleep(50);
  rmSync(orphanFile(root), { force: true });
  rmSync(temporaryFolder(root), { recursive: true, force: true, maxRetries: 5 });
}

/** Ends every program started by `runQuietly` that still runs. */
export function endChildren() {
  for (const child of running) child.stdio[3]?.destroy();
}
