import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';
import { namedError } from '../../setup/system/atomic.cjs';
import { hashFile, type Checksum } from './checksum';
import { withLock } from './lock';
import { Partial } from './partial';
import { FinalAnswer, transfer, type DownloadProgress } from './transfer';

const MOST_CUTS = 20;
const PROGRESS_EVERY_MS = 100;

export interface DownloadOptions {
  /** Addresses of the same file, tried in this order. */
  urls: readonly string[];
  /** Where the file goes. A file that is there already and has the right checksum is kept, without a request. */
  target: string;
  /** Compared before the file takes its place; without one only the length that the server states is. */
  checksum?: Checksum;
  /** Published size; another one is refused before the transfer. */
  sizeBytes?: number;
  headers?: Record<string, string>;
  /** A transfer that brings nothing for so long is cut and continued. Default 30,000. */
  stallTimeoutMs?: number;
  /** Tries per address that bring nothing new before the next address is taken. Default 3. */
  attempts?: number;
  /** Wait before the second try; doubles with every further one. Default 500. */
  retryDelayMs?: number;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** Called when another process is downloading the same file and this one waits for it. */
  onWait?: () => void;
}

/** No address gave the file; `failures` has one sentence a try. */
export class DownloadError extends Error {
  constructor(
    target: string,
    readonly failures: readonly string[],
  ) {
    super(
      `Could not download ${path.basename(target)}: ${failures.join(' ')} Check the connection, or put the file ` +
        `at ${target} yourself.`,
    );
    this.name = 'DownloadError';
  }
}

/**
 * Downloads a file so that it is either whole and checked or not there: streamed to `<target>.part`, continued after a
 * cut (also by a later call), compared with the checksum, then renamed. A lock lets only one process do it at a time;
 * the others wait and find the file.
 *
 * @returns `target`
 * @throws DownloadError when every address failed; file system errors (a full disk) as they come
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { target, checksum, urls } = options;
  if (urls.length === 0) throw new Error(`There is no address to download ${path.basename(target)} from.`);
  if (await isWhole(target, checksum)) return target;
  return withLock(
    `${target}.lock`,
    async () => {
      if (await isWhole(target, checksum)) return target;
      await fromFirstThatWorks(options);
      return target;
    },
    { onWait: options.onWait },
  );
}

async function isWhole(target: string, checksum: Checksum | undefined): Promise<boolean> {
  if (!existsSync(target)) return false;
  return checksum === undefined || (await hashFile(target, checksum.algorithm)).startsWith(checksum.hex);
}

async function fromFirstThatWorks(options: DownloadOptions): Promise<void> {
  const failures: string[] = [];
  for (const url of options.urls) {
    if (await fromUrl(url, options, failures)) return;
  }
  throw new DownloadError(options.target, failures);
}

/** Tries one address until it gave the whole file (true) or is given up (false). */
async function fromUrl(url: string, options: DownloadOptions, failures: string[]): Promise<boolean> {
  const partial = new Partial(options.target);
  const { attempts = 3, retryDelayMs = 500 } = options;
  for (let fruitless = 0, cuts = 0; fruitless < attempts && cuts < MOST_CUTS; cuts++) {
    const before = await partial.sizeBytes();
    try {
      await transfer(transferOptions(url, partial, options));
      const wrong = await mismatch(partial, options.checksum);
      if (wrong === undefined) {
        await partial.finish(options.target);
        return true;
      }
      await partial.remove();
      failures.push(`${url}: ${wrong}`);
      // Continued bytes may have come from an older file or another server: once more from the start.
      if (before === 0) return false;
      fruitless++;
    } catch (error) {
      failures.push(`${url}: ${reason(error, options)}`);
      if (error instanceof FinalAnswer) return false;
      fruitless = (await partial.sizeBytes()) > before ? 1 : fruitless + 1;
    }
    if (fruitless < attempts) await pause(retryDelayMs * 2 ** (fruitless - 1), options.signal);
  }
  return false;
}

async function mismatch(partial: Partial, expected: Checksum | undefined): Promise<string | undefined> {
  if (expected === undefined) return undefined;
  const found = await hashFile(partial.path, expected.algorithm);
  return found.startsWith(expected.hex) ? undefined : `${expected.algorithm} is ${found}, expected ${expected.hex}.`;
}

function transferOptions(url: string, partial: Partial, options: DownloadOptions): Parameters<typeof transfer>[0] {
  let last = 0;
  return {
    url,
    partial,
    headers: options.headers ?? {},
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    sizeBytes: options.sizeBytes,
    checked: options.checksum !== undefined,
    signal: options.signal,
    onProgress: (progress) => {
      if (progress.receivedBytes !== progress.totalBytes && Date.now() - last < PROGRESS_EVERY_MS) return;
      last = Date.now();
      options.onProgress?.(progress);
    },
  };
}

/** What went wrong, in a sentence; what is no fault of the network (a full disk, a cancelled download) is thrown on. */
function reason(error: unknown, options: DownloadOptions): string {
  options.signal?.throwIfAborted();
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'write' || syscall === 'open' || syscall === 'rename' || syscall === 'fsync')
    throw namedError(error as NodeJS.ErrnoException, options.target);
  if (code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT') {
    return `Nothing came for ${options.stallTimeoutMs ?? 30_000} ms.`;
  }
  return (message || code || String(error)).replace(/\.?$/, '.');
}

async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  signal?.throwIfAborted();
}

/** Removes a file and what an unfinished download of it left. */
export async function removeDownload(target: string): Promise<void> {
  await fs.rm(target, { force: true });
  await new Partial(target).remove();
}
