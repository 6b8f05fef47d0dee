import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../../inference/setup/child.mjs';
import { hashFolder, readJson } from '../../inference/setup/files.mjs';
import { PACKAGES } from '../compile.mjs';
import { firstOf } from '../locked-packages.mjs';
import { changedSince, compiledFiles, isSealed, unseal } from '../seals.mjs';

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
    intact: () =>
      PACKAGES.every((name) => existsSync(path.join(root, 'lib', name, 'dist/index.js'))) &&
      isSealed(root, 'compiled') &&
      changedFiles(root).length === 0,
    run: async () => {
      const changed = changedFiles(root);
      // The compiler trusts its own notes of what it has written, so all of it goes.
      if (changed.length > 0 || !isSealed(root, 'compiled'))
        for (const name of PACKAGES) rmSync(distOf(root, name), { recursive: true, force: true });
      unseal(root, 'compiled');
      await runQuietly(process.execPath, compileLibrary(root), { root, env, log: 'library.log' });
      if (changed.length === 0) return undefined;
      return {
        note:
          `${firstOf(changed)} was changed by something else than the compiler, perhaps by a notebook that ran here: ` +
          'all was compiled anew',
      };
    },
  };
}

const distOf = (root, name) => path.join(root, 'lib', name, 'dist');

const changedFiles = (root) => changedSince(root, 'compiled', compiledFiles(root, PACKAGES));
