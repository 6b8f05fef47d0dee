import { statSync } from 'node:fs';

/** Size of a file in bytes. */
export function fileSize(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`measure.fileSize: there is no file '${path}'.`);
  if (!found.isFile()) throw new Error(`measure.fileSize expects a file, '${path}' is not one.`);
  return found.size;
}
