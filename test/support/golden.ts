import { readFileSync } from 'node:fs';
import * as path from 'node:path';

const FOLDER = path.resolve(__dirname, '../golden');

/** Path of a file among the reference values that `test/golden/golden.py` made with PyTorch. */
export function goldenPath(name: string): string {
  return path.join(FOLDER, name);
}

/** Reads one of its JSON files; Python's NaN becomes null. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8').replace(/:NaN\b/g, ':null')) as T;
}
