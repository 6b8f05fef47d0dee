import { readFileSync } from 'node:fs';

/**
 * Reads a JSON file that another program wrote.
 *
 * @param todo what to do where it is damaged, as a sentence without its period
 * @param isRight whether a value is what the file must hold
 * @throws naming the file
 */
export function readJsonFile<T>(file: string, todo: string, isRight: (value: unknown) => value is T): T {
  return checked(file, () => readFileSync(file, 'utf8'), todo, isRight);
}

/** The same for a text that was read already; `where` is what errors call it. */
export function parseJson<T>(where: string, text: string, todo: string, isRight: (value: unknown) => value is T): T {
  return checked(where, () => text, todo, isRight);
}

function checked<T>(where: string, read: () => string, todo: string, isRight: (value: unknown) => value is T): T {
  let value: unknown;
  try {
    value = JSON.parse(read());
  } catch (error) {
    throw new Error(`${where} cannot be read: ${(error as Error).message.replace(/\.?$/, '.')} ${todo}.`);
  }
  if (isRight(value)) return value;
  throw new Error(`${where} holds something else than expected. ${todo}.`);
}

/** Whether a value has fields with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
