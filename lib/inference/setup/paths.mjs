import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SYSTEMS, systemOf } from './systems.mjs';

/** The folder of this package, where it really lies. */
export const LIBRARY = realpathSync(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));

/** What package.json of this package says: the one place of its version and of the versions it needs. */
export const MANIFEST = JSON.parse(readFileSync(path.join(LIBRARY, 'package.json'), 'utf8'));

/** Stamps, logs, the lock and the built addon of a project's set-up; safe to delete. */
export const stateFolder = (root) => path.join(root, '.cache/scalable-inference');

/**
 * The folder of an installed npm package as Node would find it for a file in `from`: in the nearest `node_modules` above
 * it. Looks at the disk each time, so that a package is found that was installed since; undefined when there is none.
 */
export function findPackage(name, from = LIBRARY) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (folder === path.dirname(folder)) return undefined;
  }
}

const LAYOUTS = [...new Set([systemOf(process.platform), ...Object.values(SYSTEMS)].map(({ layout }) => layout))];

/** Path of a program of a Python environment (`prefix` is the environment's folder): where it is, else would be. */
export function pythonProgram(prefix, name) {
  const files = LAYOUTS.flatMap(({ folders, ending }) =>
    folders.map((folder) => path.join(prefix, folder, `${name}${ending}`)),
  );
  return files.find((file) => existsSync(file)) ?? files[0];
}

/** The site-packages folder of a Python environment, or undefined when there is none. */
export function sitePackages(prefix) {
  return LAYOUTS.flatMap((layout) => libraries(prefix, layout))
    .map((folder) => path.join(folder, 'site-packages'))
    .find((folder) => existsSync(folder));
}

function libraries(prefix, { library, versioned }) {
  const folder = path.join(prefix, library);
  if (!versioned) return [folder];
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => versioned.test(name)) : [];
  return names.map((name) => path.join(folder, name));
}
