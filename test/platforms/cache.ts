import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../lib/setup/paths.mjs';

/** What was fetched and built for other machines, gigabytes of it; safe to delete. */
export const CACHE = path.join(cacheFolder(), 'platforms');

/** A part that cannot be had here: the step is skipped, by name. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Makes a folder of the cache once; it appears whole or not at all. */
export async function once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(CACHE, name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    await make(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

const TAIL_LINES = 12;

/** Runs a program to its end; what it printed. @throws with the last lines of what it printed */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, timeoutMs = 1_800_000 } = options;
  try {
    const settings = { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(program, args, settings)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-TAIL_LINES).join('\n');
    throw new Error(`${path.basename(program)} ${args.slice(0, 4).join(' ')} failed:\n${tail}`);
  }
}

const OFFLINE = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|network|Could not (find a version|resolve)|No matching/i;

/** Fetches something; where there is no way to it the step that needs it is skipped. */
export async function fetching<T>(what: string, fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (error) {
    if (!OFFLINE.test(String(error))) throw error;
    throw new Unavailable(`${what} could not be fetched`);
  }
}
