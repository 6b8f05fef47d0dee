import { crc32 } from 'node:zlib';
import { readInto } from '../read-exactly';

const CHUNK_BYTES = 2 ** 20;

/** @throws when the checksum of a record's bytes is not the directory's */
export function checkBytes(name: string, bytes: Uint8Array, expected: number): void {
  compare(name, crc32(bytes), expected);
}

/** The same for a record that is not in memory; it is read piece by piece. */
export function checkRecord(
  fd: number,
  { name, start, size, crc32: expected }: { name: string; start: number; size: number; crc32: number },
): void {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  let sum = 0;
  for (let done = 0; done < size; done += chunk.length) {
    const part = chunk.subarray(0, Math.min(chunk.length, size - done));
    readInto(fd, start + done, part);
    sum = crc32(part, sum);
  }
  compare(name, sum, expected);
}

function compare(name: string, got: number, expected: number): void {
  if (got !== expected)
    throw new Error(
      `The bytes of '${name}' have the checksum ${hex(got)}, expected ${hex(expected)}: they are damaged. Download or ` +
        'save the file again.',
    );
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
