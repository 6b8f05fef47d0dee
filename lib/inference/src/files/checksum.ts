import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What a file must hash to, as its publisher prints it. */
export interface Checksum {
  algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512';
  /** Lower-case hexadecimal digits: all of them, or as many of the first as the publisher gives. */
  hex: string;
}

const digits: Record<Checksum['algorithm'], number> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** Hashes a file without holding it in memory; hexadecimal digits in lower case. */
export async function hashFile(path: string, algorithm: Checksum['algorithm']): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Makes a checksum of what a person typed: checks the length and the digits, so that a typing error shows at once. */
export function checksum(algorithm: Checksum['algorithm'], hex: string): Checksum {
  const clean = hex.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(clean) || clean.length !== digits[algorithm]) {
    throw new Error(`A ${algorithm} checksum has ${digits[algorithm]} hexadecimal digits, got '${hex}'.`);
  }
  return { algorithm, hex: clean };
}
