import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import writeAtomically from 'write-file-atomic';

/** Writes a text so that readers see the old file or all of the new one; missing folders are made. */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(file, text);
}
