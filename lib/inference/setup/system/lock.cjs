'use strict';
const { randomBytes } = require('node:crypto');
const {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimes,
  writeFileSync,
} = require('node:fs');
const { hostname } = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { identify, isRunning } = require('./processes.cjs');

const HEARTBEAT_MS = 5_000;
/** A holder on another machine that gave no sign for so long is taken for dead. */
const REMOTE_STALE_MS = 60_000;
/** The same on this machine where processes cannot be told apart by when they started (Windows). */
const LOCAL_STALE_MS = 600_000;

async function withLock(file, work, options) {
  const release = await acquireLock(file, options);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquireLock(file, { onWait = () => {}, timeoutMs = Infinity, pollMs = 200 } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const holder = { ...identify(process.pid), host: hostname(), since: new Date().toISOString() };
  const own = JSON.stringify({ ...holder, token: randomBytes(8).toString('hex') });
  const startMs = performance.now();
  for (let told = false; ; await sleep(pollMs)) {
    const seen = readIfThere(file);
    if (seen === undefined) {
      if (tryCreate(file, own) && (await isStillOurs(file, own))) return hold(file, own);
    } else if (isAbandoned(file, seen)) {
      takeAway(file, seen);
    } else if (performance.now() - startMs > timeoutMs) {
      throw new Error(heldFor(file, JSON.parse(seen), timeoutMs));
    } else if (!told) {
      told = true;
      onWait(JSON.parse(seen));
    }
  }
}

const heldFor = (file, { pid, host }, timeoutMs) =>
  `${file} is still held by process ${pid} on ${host} after ${timeoutMs} ms; ` +
  'wait for it, or delete the file if that process is gone.';

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
  const aside = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(aside, own);
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** A process that took over an old lock may have moved ours aside in the same instant; it puts it back or we go on waiting. */
async function isStillOurs(file, own) {
  await sleep(20);
  return readIfThere(file) === own;
}

/** Files that stood aside for an instant when their process was killed. */
function removeAsides(file) {
  const folder = path.dirname(file);
  const names = readdirSync(folder).filter((name) => name.startsWith(`${path.basename(file)}.`));
  for (const aside of names.filter((name) => /\.(\d+|stale)-[0-9a-f]{8}$/.test(name))) {
    const each = path.join(folder, aside);
    const content = readIfThere(each);
    // An empty one may be another process's that is just being written.
    if (content && isAbandoned(each, content)) rmSync(each, { force: true });
  }
}

/** Shows others that the holder lives until the returned function gives the lock back. */
function hold(file, own) {
  removeAsides(file);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now, () => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (readIfThere(file) === own) rmSync(file, { force: true });
  };
}

function isAbandoned(file, content) {
  try {
    const holder = JSON.parse(content);
    if (holder.host !== hostname()) return ageMs(file) > REMOTE_STALE_MS;
    return !isRunning(holder) || (process.platform === 'win32' && ageMs(file) > LOCAL_STALE_MS);
  } catch {
    return true;
  }
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** Removes the lock that was seen; when another one stands in its place by now, that one is put back. */
function takeAway(file, seen) {
  const aside = `${file}.stale-${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  try {
    if (readIfThere(aside) !== seen) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

module.exports = { acquireLock, withLock };
