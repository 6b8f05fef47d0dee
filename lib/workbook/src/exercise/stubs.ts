import { existsSync } from 'node:fs';
import * as path from 'node:path';

import { fields, text } from 'scalable-inference/check';
import { readJsonFileSync } from 'scalable-inference/files';

/** Fingerprints of untouched stubs by exercise. */
export type Stubs = Readonly<Record<string, string>>;

/** The file of a workbook's stubs, which `sync` writes: in the package, beside its compiled code. */
export function stubsFile(workbook: string): string {
  return path.join(__dirname, '../../stubs', `${workbook}.json`);
}

/** Text of a file of stubs. */
export function formatStubs(stubs: Stubs): string {
  return `${JSON.stringify(stubs, null, 2)}\n`;
}

/** The stubs of a workbook; none for one that `sync` does not know. */
export function readStubs(workbook: string): Stubs {
  const file = stubsFile(workbook);
  if (!existsSync(file)) return {};
  return readJsonFileSync(file, (value) => {
    const stubs = Object.entries(fields('The content', value));
    return Object.fromEntries(stubs.map(([id, stub]) => [id, text(id, stub)]));
  });
}
