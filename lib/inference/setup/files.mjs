import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Parsed JSON of a file, or undefined when it is missing or damaged. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** SHA-256 of any JSON-like values, as hex. */
export function hashOf(...values) {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/** SHA-256 over names and contents of all files below `folder` that `keep` accepts, in a fixed order. */
export function hashFolder(folder, keep = () => true) {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((name) => keep(name))
    .sort();
  for (const name of names)
    hash
      .update(`${path.relative(folder, name)}\0`)
      .update(readFileSync(name))
      .update('\0');
  return hash.digest('hex');
}
