'use strict';
const { randomBytes } = require('node:crypto');
const { closeSync, fsyncSync, mkdirSync, openSync, promises, renameSync, rmSync, writeFileSync } = require('node:fs');
const { readdirSync, statSync } = require('node:fs');
const path = require('node:path');
const { startTime } = require('./processes.cjs');

const temporaryFor = (target) => `${target}.${process.pid}.${randomBytes(4).toString('hex')}.part`;

/** A full disk or a limit of files is told without a path, since the system only knew an open file by then. */
function namedError(error, target) {
  if (error.code !== undefined && error.syscall !== undefined && !error.message.includes(path.basename(target)))
    error.message = `${target} could not be written: ${error.message}`;
  return error;
}

/** A file is left alone for so long even where its process is not seen: it may run on another machine. */
const ABANDONED_MS = 60_000;

/** Removes what processes that were killed were writing in the place of a file or folder. */
function removeAbandoned(target, ageMs = ABANDONED_MS) {
  const folder = path.dirname(target);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${path.basename(target)}.`)) continue;
    const [, pid] = /\.(\d+)\.[0-9a-f]{8}\.part$/.exec(name.slice(path.basename(target).length)) ?? [];
    if (pid === undefined || startTime(Number(pid)) !== undefined) continue;
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs >= ageMs) rmSync(file, { recursive: true, force: true });
  }
}

async function writeFileAtomic(target, data) {
  await promises.mkdir(path.dirname(target), { recursive: true });
  removeAbandoned(target);
  const temporary = temporaryFor(target);
  try {
    const file = await promises.open(temporary, 'wx');
    try {
      const chunks = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await promises.rename(temporary, target);
  } catch (error) {
    await promises.rm(temporary, { force: true });
    throw namedError(error, target);
  }
}

function writeFileAtomicSync(target, data) {
  mkdirSync(path.dirname(target), { recursive: true });
  removeAbandoned(target);
  const temporary = temporaryFor(target);
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw namedError(error, target);
  }
}

module.exports = { namedError, removeAbandoned, temporaryFor, writeFileAtomic, writeFileAtomicSync };
