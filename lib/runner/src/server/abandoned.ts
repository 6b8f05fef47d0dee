import { lstatSync, readdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as path from 'node:path';

import { isRecord, readJsonFile } from '../files';
import { startTime } from './processes';
import { terminateServer } from './terminate';

/** Names the process that removes a server's folder; in that folder. */
export const OWNER_FILE = 'owner.json';

export interface Owner {
  pid: number;
  /** When it started, which tells it from a later process of the same number. */
  startTime: string | undefined;
  host: string;
}

const PREFIX = 'tslab-runner-';
/** A folder without an owner for so long never gets one. */
const OWNERLESS_MS = 60_000;

/** A name for a server's folder; short, because sockets lie in it whose path may have about a hundred bytes. */
export const folderName = (): string =>
  `${PREFIX}${process.pid.toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

/**
 * Removes folders whose watchdog is gone, with what still runs of their servers: somebody killed runner and watchdog at
 * once. Those of other users and other machines stay.
 */
export async function removeAbandoned(base = tmpdir()): Promise<void> {
  for (const folder of foldersIn(base)) {
    if (isAbandoned(folder)) await terminateServer(undefined, folder).catch(() => undefined);
  }
}

function foldersIn(base: string): string[] {
  try {
    return readdirSync(base)
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => path.join(base, name));
  } catch {
    return []; // whoever makes a folder there next says why that does not work
  }
}

function isAbandoned(folder: string): boolean {
  try {
    const { uid, mtimeMs } = lstatSync(folder);
    if (process.getuid && uid !== process.getuid()) return false;
    const owner = readOwner(folder);
    if (owner === undefined) return Date.now() - mtimeMs > OWNERLESS_MS;
    return owner.host === hostname() && startTime(owner.pid) !== owner.startTime;
  } catch {
    return false;
  }
}

function readOwner(folder: string): Owner | undefined {
  try {
    return readJsonFile(path.join(folder, OWNER_FILE), 'Remove the folder', isOwner);
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (!isRecord(value)) return false;
  const { pid, startTime: started, host } = value;
  const isProcess = Number.isSafeInteger(pid) && (pid as number) > 0;
  return isProcess && typeof host === 'string' && (started === undefined || typeof started === 'string');
}
