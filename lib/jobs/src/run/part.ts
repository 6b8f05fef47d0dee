import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { parseJson, writeFileAtomic } from 'scalable-inference/files';

const DIGEST_BYTES = 32;

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** A result as it is stored and sent: its SHA-256, then its bytes. */
export function encodePart(bytes: Uint8Array): Buffer {
  return Buffer.concat([digest(bytes), bytes]);
}

/** The result in a part; null where it was cut short or changed. */
export function decodePart(part: Uint8Array): Uint8Array | null {
  const bytes = part.subarray(DIGEST_BYTES);
  return part.length >= DIGEST_BYTES && digest(bytes).equals(part.subarray(0, DIGEST_BYTES)) ? bytes : null;
}

/** A stored result; null where there is none or it is damaged, so that it is computed anew. */
export async function readPart(file: string): Promise<Uint8Array | null> {
  try {
    return decodePart(await fs.readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Stores a result: whole or not at all. */
export const writePart = (file: string, bytes: Uint8Array): Promise<void> => writeFileAtomic(file, encodePart(bytes));

/** A JSON value as the bytes of a result: numbers come back with every bit. */
export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/**
 * The value in {@link jsonBytes}.
 *
 * @param id of the job, for errors
 * @param check throws where it is something else than expected
 */
export const jsonIn = <T>(id: string, bytes: Uint8Array, check: (value: unknown) => T): T =>
  parseJson(`The result of ${id}`, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(), check);

/** Whether an error says that there is no room for a file, which no second try mends. */
export const isDiskFull = (error: unknown): boolean =>
  /\b(ENOSPC|EDQUOT|EFBIG)\b/.test(`${(error as NodeJS.ErrnoException).code ?? ''} ${String(error)}`);
