import { lstatSync, promises as fs, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { identify, startTime } from '../../setup/system/processes.cjs';

const PREFIX = 'scalable-inference-';
/** A folder is left alone for so long even where its process is not seen: it may run in another container. */
const ABANDONED_MS = 60_000;

let swept: Promise<void> | undefined;

/**
 * Gives `work` a new folder in the temporary one and removes it afterwards, also when `work` fails. Its name tells whose
 * it is: what a process that was killed left behind goes when the next one first asks for such a folder.
 */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  swept ??= removeAbandoned();
  await swept;
  const { pid, startTime: started = '' } = identify(process.pid);
  const folder = await fs.mkdtemp(path.join(tmpdir(), `${PREFIX}${pid}-${inName(started)}-`));
  try {
    return await work(folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** When a process started, for a file's name: on some systems that is a date with blanks and colons. */
const inName = (started: string): string => started.replace(/\W/g, '_');

/**
 * Removes what {@link withTemporaryFolder} left of a process that has ended. Whoever killed a process of its own need not
 * leave that to the next one.
 */
export async function removeTemporaryFolders(pid: number): Promise<void> {
  await remove((owner) => owner.pid === pid);
}

async function removeAbandoned(): Promise<void> {
  await remove((_, ageMs) => ageMs > ABANDONED_MS);
}

interface Owner {
  pid: number;
  /** As {@link inName} writes it. */
  started: string;
}

function ownerOf(name: string): Owner | undefined {
  const [, pid, started] = new RegExp(`^${PREFIX}(\\d+)-(\\w*)-\\w+$`).exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), started };
}

/** Removes folders of this user's processes that have ended, where they are asked for. */
async function remove(isMeant: (owner: Owner, ageMs: number) => boolean): Promise<void> {
  const folders = entriesOf(tmpdir()).filter((name) => {
    const owner = ownerOf(name);
    if (!owner || inName(startTime(owner.pid) ?? '') === owner.started) return false;
    try {
      const { uid, mtimeMs } = lstatSync(path.join(tmpdir(), name));
      return (!process.getuid || uid === process.getuid()) && isMeant(owner, Date.now() - mtimeMs);
    } catch {
      return false;
    }
  });
  for (const name of folders)
    await fs.rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // whoever makes a folder there next says why that does not work
  }
}
