/**
 * Loaded into a kernel before tslab (`node -r`): where tslab would read its connection file, wait for the runner to
 * send the file's content through standard input instead. By then everything else of the kernel has started.
 */
import fs from 'node:fs';

import { STANDARD_INPUT } from './marker';
import './messages';

const STDIN = 0;
const files = fs as { readFileSync: (file: unknown, ...rest: unknown[]) => unknown };
const readFileSync = files.readFileSync;

files.readFileSync = (file, ...rest) => {
  if (file !== STANDARD_INPUT) return readFileSync(file, ...rest);
  files.readFileSync = readFileSync;
  const content = readFromRunner(rest);
  // The runner ended without a use for this kernel.
  if (content === '') process.exit(0);
  return content;
};

/** Windows says by an error that the other end was closed. */
function readFromRunner(rest: unknown[]): unknown {
  try {
    return readFileSync(STDIN, ...rest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EOF') return '';
    throw error;
  }
}
