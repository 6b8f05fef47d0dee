import { readFileSync } from 'node:fs';

/**
 * Reads a JSON file that another program wrote.
 *
 * @param todo what to do where it is damaged, as a sentence without its period
 * @param isRight whether a value is what the file must hold
 * @throws naming the file
 */
export function readJsonFile<T>(file: string, todo: string, isRight: (value: unknown) => value is T): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message.replace(/\.?$/, '.')} ${todo}.`);
  }
  if (isRight(value)) return value;
  throw new Error(`${file} holds something else than expected. ${todo}.`);
}
