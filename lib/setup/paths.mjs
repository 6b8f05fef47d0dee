import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything the set-up makes besides node_modules, .venv and lib/dist; ignored by git, safe to delete. */
export const cacheFolder = (root = ROOT) => path.join(root, '.cache');

/** Stamps, logs and the lock of the set-up. */
export const stateFolder = (root = ROOT) => path.join(cacheFolder(root), 'setup');

/** What the set-up found and made, for the command line and the notebook runner. See environment.mjs. */
export const environmentFile = (root = ROOT) => path.join(cacheFolder(root), 'environment.json');

/** Jupyter's configuration, data and runtime folders, all inside the project. */
export function jupyterFolders(root = ROOT) {
  const base = path.join(cacheFolder(root), 'jupyter');
  return { config: path.join(base, 'config'), data: path.join(base, 'data'), runtime: path.join(base, 'runtime') };
}

/** Path of a program of a Python environment (`prefix` is the environment's folder). */
export function pythonProgram(prefix, name) {
  return process.platform === 'win32'
    ? path.join(prefix, name === 'python' ? '' : 'Scripts', `${name}.exe`)
    : path.join(prefix, 'bin', name);
}

/** The site-packages folder of a Python environment, or undefined when there is none. */
export function sitePackages(prefix) {
  const library = path.join(prefix, 'lib');
  if (!existsSync(library)) return undefined;
  const versions = readdirSync(library).filter((name) => /^python3\.\d+$/.test(name));
  return versions.map((name) => path.join(library, name, 'site-packages')).find((folder) => existsSync(folder));
}
