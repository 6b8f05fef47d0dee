/**
 * Loaded into a kernel before tslab (`node -r`): where tslab would read its connection file, wait for the runner to
 * send the file's content through standard input instead. By then everything else of the kernel has started.
 */
import fs from 'node:fs';

import { STANDARD_INPUT } from './marker';

const STDIN = 0;
const files = fs as { readFileSync: (file: unknown, ...rest: unknown[]) => unknown };
const readFileSync = files.readFileSync;

files.readFileSync = (file, ...rest) => {
  if (file !== STANDARD_INPUT) return readFileSync(file, ...rest);
  files.readFileSync = readFileSync;
  const content = readFileSync(STDIN, ...rest);
  // The runner ended without a use for this kernel.
  if (content === '') process.exit(0);
  return content;
};
