import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
/** A holder on another machine that gave no sign for so long is taken for dead. */
const REMOTE_STALE_MS = 60_000;
/** On this machine the process is asked directly; the age only guards against a number that another process got. */
const LOCAL_STALE_MS = 600_000;

interface Holder {
  pid: number;
  host: string;
  token: string;
}

export interface LockOptions {
  /** Called once when somebody else holds the lock, before the waiting starts. */
  onWait?: (holder: { pid: number; host: string }) => void;
  /** Gives up with an error after so long; default: waits for as long as the holder lives. */
  timeoutMs?: number;
}

/**
 * Runs `work` while holding the lock file `lockPath`, so that two processes never do the same work at once. The lock
 * of a process that died is taken over. The file is removed afterwards, also when `work` fails.
 */
export async function withLock<T>(lockPath: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await fs.mkdir(path.dirname(lockPath), { recursive: true });
  const token = randomBytes(8).toString('hex');
  await acquire(lockPath, token, options);
  const heartbeat = setInterval(
    () => void fs.utimes(lockPath, new Date(), new Date()).catch(() => undefined),
    HEARTBEAT_MS,
  );
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(lockPath))?.token === token) await fs.rm(lockPath, { force: true });
  }
}

async function acquire(lockPath: string, token: string, options: LockOptions): Promise<void> {
  const start = Date.now();
  let told = false;
  while (!(await tryCreate(lockPath, token))) {
    const holder = await readHolder(lockPath);
    if (holder !== undefined && (await isStale(lockPath, holder))) {
      await takeAway(lockPath, holder);
      continue;
    }
    if (options.timeoutMs !== undefined && Date.now() - start > options.timeoutMs) {
      throw new Error(
        `${lockPath} is still held by process ${holder?.pid ?? '?'} on ${holder?.host ?? '?'} after ` +
          `${options.timeoutMs} ms; wait for it, or delete the file if that process is gone`,
      );
    }
    if (holder !== undefined && !told) {
      told = true;
      options.onWait?.({ pid: holder.pid, host: holder.host });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Creates the lock with its content in one step (write aside, then link), so that nobody reads a half-written one. */
async function tryCreate(lockPath: string, token: string): Promise<boolean> {
  const aside = `${lockPath}.${token}`;
  const holder: Holder = { pid: process.pid, host: os.hostname(), token };
  await fs.writeFile(aside, JSON.stringify(holder));
  try {
    await fs.link(aside, lockPath);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await fs.rm(aside, { force: true });
  }
}

async function readHolder(lockPath: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await fs.readFile(lockPath, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isStale(lockPath: string, holder: Holder): Promise<boolean> {
  const ageMs =
    Date.now() -
    (await fs.stat(lockPath).then(
      (s) => s.mtimeMs,
      () => Date.now(),
    ));
  if (holder.host !== os.hostname()) return ageMs > REMOTE_STALE_MS;
  return ageMs > LOCAL_STALE_MS || !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a dead holder's lock. Between judging and renaming another process may have renewed it: it goes back. */
async function takeAway(lockPath: string, dead: Holder): Promise<void> {
  const aside = `${lockPath}.stale-${randomBytes(4).toString('hex')}`;
  await fs.rename(lockPath, aside).catch(() => undefined);
  const taken = await readHolder(aside);
  if (taken !== undefined && taken.token !== dead.token) await fs.link(aside, lockPath).catch(() => undefined);
  await fs.rm(aside, { force: true });
}
