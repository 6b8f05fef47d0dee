import { promises as fs, readFileSync } from 'node:fs';

/**
 * Reads a JSON text, and makes a value of it that is checked.
 *
 * @param where what errors call it: the file, or the part of one: `'run' of a.safetensors`
 * @param read makes the value, or throws a sentence, before which `where` is put
 */
export function parseJson<T>(where: string, text: string, read: (value: unknown) => T): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where}: expected JSON, found text that is none (${(error as Error).message}).`);
  }
  try {
    return read(value);
  } catch (error) {
    throw new Error(`${where}: ${sentenceOf(error).replace(/\.?$/, '.')}`);
  }
}

/** What is nested a hundred thousand deep can be parsed and hardly anything else. */
function sentenceOf(error: unknown): string {
  const { message } = error as Error;
  return error instanceof RangeError && /call stack/.test(message) ? 'It is nested too deeply.' : message;
}

/** Reads a JSON file likewise. @throws also where there is no such file, naming it */
export async function readJsonFile<T>(file: string, read: (value: unknown) => T): Promise<T> {
  return parseJson(file, await fs.readFile(file, 'utf8'), read);
}

/** The same at once. */
export function readJsonFileSync<T>(file: string, read: (value: unknown) => T): T {
  return parseJson(file, readFileSync(file, 'utf8'), read);
}

/** An error of reading a file with the file's name before it, where it does not name it already. */
export function namingFile(error: unknown, file: string): Error {
  const said = sentenceOf(error);
  return said.includes(file) ? (error as Error) : new Error(`${file}: ${said}`);
}
