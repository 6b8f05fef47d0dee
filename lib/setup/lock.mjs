import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning } from './process-info.mjs';

/**
 * Waits until this process holds the lock file and returns a function that gives it back. The file names its holder;
 * a holder that no longer runs (on this machine) is taken over.
 *
 * @param {string} file path of the lock
 * @param {{ say?: (line: string) => void, pollMs?: number }} [options] `say` is told once whom we wait for; the default
 *   says nothing. `pollMs` is the pause between looks, 200 by default
 * @returns {Promise<() => void>}
 */
export async function acquireLock(file, { say = () => {}, pollMs = 200 } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = JSON.stringify({ ...identify(process.pid), host: hostname(), since: new Date().toISOString() });
  for (let said = false; ; await sleep(pollMs)) {
    const seen = readIfThere(file);
    if (seen === undefined) {
      if (tryCreate(file, own) && (await isStillOurs(file, own))) return () => release(file, own);
    } else if (isAbandoned(seen)) {
      takeAway(file, seen);
    } else if (!said) {
      said = true;
      say(`Another set-up of this folder is running (process ${describe(seen)}); waiting until it has finished.`);
    }
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A hard link appears whole or not at all, and fails where a lock is: no reader ever sees a half-written holder. */
function tryCreate(file, own) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, own);
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A process that took over an old lock may have moved ours aside in the same instant; it puts it back or we go on waiting. */
async function isStillOurs(file, own) {
  await sleep(20);
  return readIfThere(file) === own;
}

function isAbandoned(content) {
  try {
    const holder = JSON.parse(content);
    return holder.host === hostname() && !isRunning(holder);
  } catch {
    return true;
  }
}

/** Removes the lock that was seen; when another one stands in its place by now, that one is put back. */
function takeAway(file, seen) {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) !== seen) {
    try {
      linkSync(aside, file);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}

function release(file, own) {
  if (readIfThere(file) === own) rmSync(file, { force: true });
}

function describe(content) {
  const { pid, host, since } = JSON.parse(content);
  return `${pid}${host === hostname() ? '' : ` on ${host}`}, since ${since}`;
}
