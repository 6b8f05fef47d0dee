import { randomBytes } from 'node:crypto';
import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

export { isRecord, parseJson, readJsonFile } from './json';

/**
 * Writes a text so that readers see the old file or all of the new one; missing folders are made, a link is followed, and
 * a file keeps its permissions.
 */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(temporary, text, { flag: 'wx', flush: true });
    const former = await stat(target).catch(() => undefined);
    if (former) await chmod(temporary, former.mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    // A full disk is told without a path.
    const { message } = error as Error;
    if (!message.includes(path.basename(file))) (error as Error).message = `${file} could not be written: ${message}`;
    throw error;
  }
}
