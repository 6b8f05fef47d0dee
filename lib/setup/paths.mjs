import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything the set-up makes besides node_modules, .venv and dist; ignored by git, safe to delete. */
export const cacheFolder = (root = ROOT) => path.join(root, '.cache');

/** What the set-up found and made, for the command line and the notebook runner. See environment.mjs. */
export const environmentFile = (root = ROOT) => path.join(cacheFolder(root), 'environment.json');

/** Jupyter's configuration, data and runtime folders, all inside the project. */
export function jupyterFolders(root = ROOT) {
  const base = path.join(cacheFolder(root), 'jupyter');
  return { config: path.join(base, 'config'), data: path.join(base, 'data'), runtime: path.join(base, 'runtime') };
}

/** What a class and the tests of servers need, each part in a folder of its own (see steps/hub.mjs). */
export const hubFolder = (root = ROOT) => path.join(cacheFolder(root), 'hub');
