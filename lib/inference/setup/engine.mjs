import { accessSync, constants, existsSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { causeOf } from './causes.mjs';
import { endOrphan } from './child.mjs';
import { hashOf, readJson } from './files.mjs';
import { stateFolder } from './paths.mjs';
import { progressLine } from './progress.mjs';
import { writeFileAtomicSync } from './system/atomic.cjs';
import { acquireLock } from './system/lock.cjs';

/**
 * One step of the set-up. It is done when its stamp, written only after it has completed, holds the hash of its present
 * inputs and all it made is still there. A step may be killed at any time: run again, it starts over.
 *
 * @typedef {object} Step
 * @property {string} name names the stamp and the log
 * @property {string} title what is shown, such as `Python packages`
 * @property {() => unknown} inputs everything its result depends on, JSON-like
 * @property {() => boolean} intact whether what it made is there, whole
 * @property {() => string[]} [places] folders that it writes into beside the state folder: what a killed run left there,
 *   half-written, is removed before it runs
 * @property {() => Promise<{ note?: string, fellBack?: boolean } | void>} run makes it; `note` is shown in one line, and
 *   `fellBack` says that something lesser was taken, to be tried again when asked
 */

const stampFile = (root, name) => path.join(stateFolder(root), `${name}.json`);

/** What a step left behind when it last completed, or undefined. */
export const readStamp = (root, name) => readJson(stampFile(root, name));

/** Whether a step needs no run. `retry` asks to try again where a fallback was taken. */
export function isDone(root, step, { retry = false } = {}) {
  const stamp = readStamp(root, step.name);
  if (stamp === undefined || stamp.inputs !== hashOf(step.inputs())) return false;
  return stamp.fellBack ? !retry : step.intact();
}

/**
 * Runs the steps that are not done, in order, under the project's lock; none is held when there is nothing to do.
 *
 * @param {Step[]} steps
 * @param {{ root: string, retry?: boolean, say?: (line: string) => void }} options `say` gets one line a step
 * @returns {Promise<string[]>} names of the steps that ran
 */
export async function runSteps(steps, { root, retry = false, say = console.log }) {
  const ran = [];
  let release;
  requirePlace(root);
  try {
    for (const step of steps) {
      if (isDone(root, step, { retry })) continue;
      release ??= await begin(root, say);
      if (isDone(root, step, { retry })) continue;
      await runStep(root, step, say);
      ran.push(step.name);
    }
  } catch (error) {
    throw explained(error, root);
  } finally {
    release?.();
  }
  return ran;
}

/** Lists of folders, as in PATH, have no way to name one with this sign in it; no shell line has one with an end of line. */
function requirePlace(root) {
  const bad = [path.delimiter, '\n'].find((sign) => root.includes(sign));
  if (bad === undefined || process.platform === 'win32') return;
  throw new Error(
    `The folder ${JSON.stringify(root)} has ${JSON.stringify(bad)} in its path, which separates folders in PATH: move it to one without.`,
  );
}

/** Errors of files say what the system calls them; where that is a known cause, it is said in a sentence first. */
function explained(error, root) {
  const cause = error.syscall === undefined ? undefined : causeOf(error.code ?? '', { folder: root });
  return cause === undefined ? error : new Error(`${cause} The system said: ${error.message}.`);
}

async function begin(root, say) {
  const onWait = ({ pid, host, since }) =>
    say(
      `Another set-up of this folder is running (process ${pid}${host === hostname() ? '' : ` on ${host}`}, ` +
        `since ${since}); waiting until it has finished.`,
    );
  accessSync(root, constants.W_OK); // making a folder in a read-only one fails for a reason that misleads
  const release = await acquireLock(path.join(stateFolder(root), 'lock'), { onWait });
  await endOrphan(root);
  return release;
}

async function runStep(root, step, say) {
  const file = stampFile(root, step.name);
  if (existsSync(file)) rmSync(file);
  const state = stateFolder(root);
  for (const folder of [state, path.join(state, 'addon'), ...(step.places?.() ?? [])]) removeHalfWritten(folder);
  const line = progressLine(step.title, say);
  try {
    const { note, fellBack = false } = (await step.run()) ?? {};
    writeFileAtomicSync(
      file,
      JSON.stringify({ inputs: hashOf(step.inputs()), fellBack, note, at: new Date().toISOString() }),
    );
    line.end(fellBack ? 'fallback' : 'done', note);
  } catch (error) {
    line.end('failed');
    throw error;
  }
}

/** Files that a killed process was writing. Only under the lock, where no other set-up writes. */
function removeHalfWritten(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((each) => /\.\d+(\.[0-9a-f]{8})?\.part$/.test(each)))
    rmSync(path.join(folder, name), { force: true });
}
