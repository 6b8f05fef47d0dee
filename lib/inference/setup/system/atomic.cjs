'use strict';
const { randomBytes } = require('node:crypto');
const { closeSync, fsyncSync, mkdirSync, openSync, promises, renameSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const temporaryFor = (target) => `${target}.${process.pid}.${randomBytes(4).toString('hex')}.part`;

/** A full disk or a limit of files is told without a path, since the system only knew an open file by then. */
function named(error, target) {
  if (error.code !== undefined && error.syscall !== undefined && !error.message.includes(path.basename(target)))
    error.message = `${target} could not be written: ${error.message}`;
  return error;
}

async function writeFileAtomic(target, data) {
  await promises.mkdir(path.dirname(target), { recursive: true });
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
    throw named(error, target);
  }
}

function writeFileAtomicSync(target, data) {
  mkdirSync(path.dirname(target), { recursive: true });
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
    throw named(error, target);
  }
}

module.exports = { writeFileAtomic, writeFileAtomicSync };
