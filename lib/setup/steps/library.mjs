import { existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../../inference/setup/child.mjs';
import { hashFolder, readJson } from '../../inference/setup/files.mjs';
import { PACKAGES } from '../compile.mjs';

/** Arguments for Node that compile `lib`. */
export const compileLibrary = (root) => [path.join(root, 'lib/setup/compile.mjs')];

/** The packages of lib, each compiled to its dist. */
export function libraryStep({ root, env }) {
  return {
    name: 'library',
    title: 'Library (tsc)',
    inputs: () => [
      ...PACKAGES.map((name) => hashFolder(path.join(root, 'lib', name, 'src'))),
      ...['tsconfig.json', ...PACKAGES.map((name) => `lib/${name}/tsconfig.json`)].map((name) =>
        readJson(path.join(root, name)),
      ),
      readJson(path.join(root, 'node_modules/typescript/package.json'))?.version,
    ],
    intact: () => PACKAGES.every((name) => existsSync(path.join(root, 'lib', name, 'dist/index.js'))),
    run: () => runQuietly(process.execPath, compileLibrary(root), { root, env, log: 'library.log' }),
  };
}
