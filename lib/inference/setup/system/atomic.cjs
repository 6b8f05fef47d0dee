'use strict';
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
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

const PART = /^(.*)\.(\d+)\.[0-9a-f]{8}\.part$/;

/** Names in a folder that are, or were, files being written. */
const partsIn = (folder) => fs.readdirSync(folder).filter((name) => PART.test(name));

function removeOf(target, parts, ageMs) {
  for (const name of parts) {
    const [, base, pid] = PART.exec(name);
    if (base !== path.basename(target) || startTime(Number(pid)) !== undefined) continue;
    const file = path.join(path.dirname(target), name);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs >= ageMs) fs.rmSync(file, { recursive: true, force: true });
  }
}

/** Removes what processes that were killed were writing in the place of a file or folder. */
const removeAbandoned = (target, ageMs = ABANDONED_MS) => removeOf(target, partsIn(path.dirname(target)), ageMs);

/** By folder, what was being written there when this process first wrote into it: a run of thousands lists it once. */
const foundParts = new Map();

function removeFound(target) {
  const folder = path.resolve(path.dirname(target));
  if (!foundParts.has(folder)) foundParts.set(folder, partsIn(folder));
  removeOf(target, foundParts.get(folder), ABANDONED_MS);
}

async function writeFileAtomic(target, data) {
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  removeFound(target);
  const temporary = temporaryFor(target);
  try {
    const file = await fs.promises.open(temporary, 'wx');
    try {
      const chunks = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.promises.rename(temporary, target);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true });
    throw namedError(error, target);
  }
}

function writeFileAtomicSync(target, data) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  removeFound(target);
  const temporary = temporaryFor(target);
  try {
    const file = fs.openSync(temporary, 'wx');
    try {
      fs.writeFileSync(file, data);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw namedError(error, target);
  }
}

module.exports = { namedError, removeAbandoned, temporaryFor, writeFileAtomic, writeFileAtomicSync };
