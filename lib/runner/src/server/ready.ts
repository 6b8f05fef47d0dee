import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { isRecord, readJsonFile } from '../files';
import type { Guard } from './guard';
import { ServerError } from './errors';

/** What a server or one of its threads prints where it may open no further file. */
const TOO_MANY = /Too many open files|\bEMFILE\b/;

interface Readiness {
  folder: string;
  token: string;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** The address of a server once it answers; rejects when it ends first or stays silent. */
export async function ready(guard: Guard, { folder, token, timeoutMs, signal }: Readiness): Promise<string> {
  let waiting = true;
  const died = guard.ended.then((reason) => {
    throw new ServerError(`The server did not start: ${reason}`);
  });
  const answered = (async (): Promise<string> => {
    const deadline = Date.now() + timeoutMs;
    while (waiting && Date.now() < deadline) {
      if (TOO_MANY.test(guard.printed))
        throw new ServerError(
          `The Jupyter server may open too few files (EMFILE): type "ulimit -n 1024" first.${guard.printed}`,
        );
      if (signal?.aborted) throw new ServerError('The start of the Jupyter server was interrupted.');
      const url = await publishedUrl(path.join(folder, 'runtime'));
      if (url !== undefined && (await answers(url, token))) return url;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new ServerError(`The Jupyter server did not answer within ${timeoutMs / 1000} s.${guard.printed}`);
  })();
  try {
    return await Promise.race([answered, died]);
  } finally {
    waiting = false;
    answered.catch(() => undefined);
    died.catch(() => undefined);
  }
}

/**
 * The address in the file that the server writes into its own runtime folder once it listens; undefined before. Its name
 * holds a process number, which on Windows is not the one that was started: Python of a virtual environment starts another.
 */
export async function publishedUrl(folder: string): Promise<string | undefined> {
  try {
    const name = (await fs.readdir(folder)).find((file) => /^jpserver-\d+\.json$/.test(file));
    return name && readJsonFile(path.join(folder, name), 'Start the server again', isPublished).url;
  } catch {
    return undefined;
  }
}

const isPublished = (value: unknown): value is { url: string } =>
  isRecord(value) && typeof value.url === 'string' && URL.canParse(value.url);

async function answers(url: string, token: string): Promise<boolean> {
  try {
    return (await fetch(`${url}api`, { headers: { Authorization: `token ${token}` } })).ok;
  } catch {
    return false;
  }
}
