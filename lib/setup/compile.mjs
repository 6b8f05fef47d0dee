// Compiles the packages of lib, each from its src to its dist. First it removes what older sources left there: Node takes
// `judge.js`, of a file that has since become a folder, before `judge/index.js`, and would run old code without a word.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { ROOT } from './paths.mjs';
import { compiledFiles, seal } from './seals.mjs';

const OUTPUT = /(\.d\.ts|\.js|\.js\.map)$/;

/** The packages of lib: their folders below it. */
export const PACKAGES = ['inference', 'runner', 'jobs', 'workbook'];

/** Removes compiled files of `dist` that no file of `source` gives any more; their paths, relative to `dist`. */
export function removeStale(source, dist) {
  if (!existsSync(dist)) return [];
  const outputs = readdirSync(dist, { recursive: true })
    .map(String)
    .filter((name) => OUTPUT.test(name));
  const stale = outputs.filter((name) => !existsSync(path.join(source, name.replace(OUTPUT, '.ts'))));
  for (const name of stale) rmSync(path.join(dist, name), { force: true });
  return stale;
}

if (process.argv[1] && pathToFileURL(realpathSync(process.argv[1])).href === import.meta.url) {
  for (const name of PACKAGES) removeStale(path.join(ROOT, 'lib', name, 'src'), path.join(ROOT, 'lib', name, 'dist'));
  // The compiler ends the process itself. What it made is noted, so that the set-up knows when something else changes it.
  process.on('exit', () => seal(ROOT, 'compiled', compiledFiles(ROOT, PACKAGES)));
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  process.argv = [process.argv[0], tsc, '-b', path.join(ROOT, 'lib')];
  createRequire(import.meta.url)(tsc);
}
