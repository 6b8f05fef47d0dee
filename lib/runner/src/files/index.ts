import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import writeAtomically from 'write-file-atomic';

export { isRecord, parseJson, readJsonFile } from './json';

/** Writes a text so that readers see the old file or all of the new one; missing folders are made. */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeAtomically(file, text);
  } catch (error) {
    // A full disk is told without a path.
    const { message } = error as Error;
    if (!message.includes(path.basename(file))) (error as Error).message = `${file} could not be written: ${message}`;
    throw error;
  }
}
