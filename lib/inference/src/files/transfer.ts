import { promises as fs } from 'node:fs';
import { discard, get, type Answer } from './http';
import type { Partial } from './partial';

/** How far a download is. */
export interface DownloadProgress {
  url: string;
  /** Bytes on disk, those of an earlier, cut transfer included. */
  receivedBytes: number;
  /** Undefined where the server does not say. */
  totalBytes: number | undefined;
}

interface TransferOptions {
  url: string;
  partial: Partial;
  headers: Record<string, string>;
  stallTimeoutMs: number;
  sizeBytes: number | undefined;
  /** True when a checksum will be compared at the end, so that bytes of unknown origin may be continued. */
  checked: boolean;
  signal: AbortSignal | undefined;
  onProgress: (progress: DownloadProgress) => void;
}

/** An answer that will not change by asking the same server again. */
export class FinalAnswer extends Error {}

/** Fetches what is missing of a file into its partial file. Throws on a cut, a stall, or a status without file. */
export async function transfer(options: TransferOptions): Promise<void> {
  const { url, partial, sizeBytes } = options;
  const offset = await resumableBytes(options);
  if (sizeBytes !== undefined && offset === sizeBytes) return;
  const validator = await partial.validator(url);
  const range = offset === 0 ? {} : { range: `bytes=${offset}-`, ...(validator ? { 'if-range': validator } : {}) };
  const answer = await get(url, { ...options, headers: { ...options.headers, ...range } });
  const start = await startOf(answer, offset, partial);
  if (start === 'complete') return;
  await partial.note(url, validatorOf(answer));
  await append(answer, start, options);
}

/** Bytes that may be continued: none when there is neither a validator nor a checksum to prove that they fit. */
async function resumableBytes({ url, partial, checked, sizeBytes }: TransferOptions): Promise<number> {
  const size = await partial.sizeBytes();
  const usable = (checked || (await partial.validator(url)) !== undefined) && size <= (sizeBytes ?? Infinity);
  if (!usable && size > 0) await partial.remove();
  return usable ? size : 0;
}

function validatorOf(answer: Answer): string | undefined {
  const tag = answer.header('etag');
  return tag !== undefined && !tag.startsWith('W/') ? tag : answer.header('last-modified');
}

/** Where the body's first byte belongs, or 'complete' when there is nothing left to send. */
async function startOf(answer: Answer, offset: number, partial: Partial): Promise<number | 'complete'> {
  const { status } = answer;
  const range = answer.header('content-range');
  if (status === 200) return 0;
  if (status === 206 && new RegExp(`^bytes ${offset}-`).test(range ?? '')) return offset;
  discard(answer.body);
  if (status === 416 && offset > 0) {
    if (range === `bytes */${offset}`) return 'complete';
    await partial.remove();
    throw new Error('The server refused to continue the file.');
  }
  if (status === 206) {
    await partial.remove();
    throw new Error(`The server continued elsewhere (${range ?? 'no range given'}) than asked (byte ${offset}).`);
  }
  const message = `The server answered ${status}.`;
  if (status >= 500 || status === 408 || status === 429) throw new Error(message);
  throw new FinalAnswer(message);
}

async function append(answer: Answer, start: number, options: TransferOptions): Promise<void> {
  const length = Number(answer.header('content-length'));
  const totalBytes = Number.isFinite(length) && length > 0 ? start + length : options.sizeBytes;
  const { url, partial, sizeBytes } = options;
  if (sizeBytes !== undefined && totalBytes !== sizeBytes) {
    discard(answer.body);
    throw new FinalAnswer(`The server offers ${totalBytes} bytes, expected ${sizeBytes}.`);
  }
  const file = await fs.open(partial.path, start === 0 ? 'w' : 'a');
  let receivedBytes = start;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      receivedBytes += chunk.length;
      if (receivedBytes > (totalBytes ?? Infinity))
        throw new FinalAnswer(`The server sends more than ${totalBytes} bytes.`);
      await file.writeFile(chunk);
      options.onProgress({ url, receivedBytes, totalBytes });
    }
    await file.sync();
  } finally {
    discard(answer.body);
    await file.close();
  }
  if (totalBytes !== undefined && receivedBytes < totalBytes)
    throw new Error(`The transfer was cut at ${receivedBytes} of ${totalBytes} bytes.`);
}
