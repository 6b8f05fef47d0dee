import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The compiled program behind a package's command, as its `bin` names it; run it by `process.execPath`. */
export function commandOf(packageName: string): string {
  const file = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { bin: Record<string, string> };
  return path.join(path.dirname(file), bin[packageName]);
}
