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

async function removeAbandoned(): Promise<void> {
  const folders = entriesOf(tmpdir()).filter((name) => isAbandoned(name));
  for (const name of folders)
    await fs.rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
}

function isAbandoned(name: string): boolean {
  const [, pid, started] = new RegExp(`^${PREFIX}(\\d+)-(\\w*)-\\w+$`).exec(name) ?? [];
  if (pid === undefined || inName(startTime(Number(pid)) ?? '') === started) return false;
  try {
    const { uid, mtimeMs } = lstatSync(path.join(tmpdir(), name));
    return (!process.getuid || uid === process.getuid()) && Date.now() - mtimeMs > ABANDONED_MS;
  } catch {
    return false;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // whoever makes a folder there next says why that does not work
  }
}
