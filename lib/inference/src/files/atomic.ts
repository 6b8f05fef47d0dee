import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';

/**
 * Writes a file so that readers see either the old content or all of the new: a temporary file beside it, flushed to
 * disk, then renamed over it. On any error the temporary file is removed and `target` stays as it was.
 *
 * @param target path of the file; missing folders are created
 * @param data text (UTF-8), bytes, or byte chunks written one after the other as the iterable yields them
 */
export async function writeFileAtomic(target: string, data: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  await fs.mkdir(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await fs.open(temporary, 'wx');
    try {
      for (const chunk of typeof data === 'string' || data instanceof Uint8Array ? [data] : data)
        await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}
