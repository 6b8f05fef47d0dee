import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

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
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stubs) : {};
}
