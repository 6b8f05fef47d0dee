import { existsSync } from 'node:fs';
import * as path from 'node:path';

const folder = path.resolve(__dirname, '../../../shared');

/** Path of a file in the folder of large data (pictures, checkpoints) that may lie beside the checkout. */
export function sharedPath(name: string): string {
  return path.join(folder, name);
}

/** A mocha suite that needs the given shared file; without it the suite is skipped, visibly, with the file's name. */
export function describeWithShared(title: string, name: string, body: () => void): void {
  if (existsSync(sharedPath(name))) describe(title, body);
  else describe(title, () => void it.skip(`needs ../shared/${name}`)); // describe.skip would run the body, which reads it
}
