import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { fields } from '../check';
import { readJsonFile } from '../files';
import { type JsonObject } from '../json';

/**
 * Reads a JSON object from a file of a folder.
 *
 * @param read makes a value of it; the file's name is put before what it throws
 */
export async function readJson<T>(folder: string, file: string, read: (config: JsonObject) => T): Promise<T> {
  const full = path.join(folder, file);
  if (!existsSync(full)) throw new Error(`${folder} has no ${file}.`);
  return readJsonFile(full, (value) => read(fields('The content', value)));
}
