import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { isObject, type JsonObject } from '../json';

/**
 * Reads a JSON object from a file.
 *
 * @param read makes a value of it; the file's name is put before what it throws
 */
export async function readJson<T>(folder: string, file: string, read: (config: JsonObject) => T): Promise<T> {
  const full = path.join(folder, file);
  try {
    const value: unknown = JSON.parse(await fs.readFile(full, 'utf8'));
    if (!isObject(value)) throw new Error('The file must hold a JSON object.');
    return read(value);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${folder} has no ${file}.` : `${full}: ${message.replace(/\.?$/, '.')}`);
  }
}
