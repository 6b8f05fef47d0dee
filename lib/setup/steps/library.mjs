import { existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../child.mjs';
import { hashFolder, readJson } from '../files.mjs';

/** Arguments for Node that compile `lib`. */
export const compileLibrary = (root) => [path.join(root, 'lib/setup/compile.mjs')];

/** The library, compiled to lib/dist. */
export function libraryStep({ root, env }) {
  return {
    name: 'library',
    title: 'Library (tsc)',
    inputs: () => [
      hashFolder(path.join(root, 'lib/src')),
      readJson(path.join(root, 'tsconfig.json')),
      readJson(path.join(root, 'lib/tsconfig.json')),
      readJson(path.join(root, 'node_modules/typescript/package.json'))?.version,
    ],
    intact: () => existsSync(path.join(root, 'lib/dist/index.js')),
    run: () => runQuietly(process.execPath, compileLibrary(root), { root, env, log: 'library.log' }),
  };
}
