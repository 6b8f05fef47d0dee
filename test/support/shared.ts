import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const folder = path.resolve(__dirname, '../../../shared');

/** Path of a file in the folder of reference values that may lie beside the checkout. */
export function sharedPath(name: string): string {
  return path.join(folder, name);
}

/** Reads a JSON file of that folder. */
export function readShared<T>(name: string): T {
  return JSON.parse(readFileSync(sharedPath(name), 'utf8')) as T;
}

/** A mocha suite that needs the given shared file; without it the suite is skipped, visibly, with the file's name. */
export function describeWithShared(title: string, name: string, body: () => void): void {
  if (existsSync(sharedPath(name))) describe(title, body);
  else describe(title, () => void it.skip(`needs ../shared/${name}`)); // describe.skip would run the body, which reads it
}
