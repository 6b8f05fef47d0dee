import { existsSync } from 'node:fs';
import path from 'node:path';
import { findCompiler } from './find.mjs';
import { readJson } from './files.mjs';
import { findCards } from './nvidia.mjs';
import { LIBRARY, MANIFEST, stateFolder } from './paths.mjs';
import { planFor } from './plan.mjs';
import { choosePythonHome } from './python-home.mjs';

/** What the native engine needs of Python, in the form of `parseEnvironmentList` of the workbook's set-up. */
export const ENGINE_LIST = {
  name: MANIFEST.name,
  python: MANIFEST.nativeEngine.python,
  conda: [],
  pip: [`tensorflow-cpu==${MANIFEST.nativeEngine.tensorflow}`],
};

const COMMANDS = { setup: 'npx scalable-inference setup', doctor: 'npx scalable-inference doctor' };

/** The file in which the set-up of a project remembers the Python environment that its user chose. */
export const choiceFile = (root) => path.join(stateFolder(root), 'choice.json');

/** Where a project has its Python environment: as chosen; else in our folder, or in its `.venv` where that is complete. */
function pythonFolders(root, chosen = readJson(choiceFile(root))?.python) {
  if (chosen) return [path.resolve(root, chosen)];
  return [path.join(stateFolder(root), 'python'), path.join(root, '.venv')];
}

/**
 * What is known of this machine, and what that means for the set-up. Quick: starts at most `nvidia-smi`.
 *
 * @param {object} options
 * @param {string} options.root the project's folder, which gets the state of the set-up
 * @param {Record<string, string | undefined>} [options.env]
 * @param {typeof ENGINE_LIST} [options.list] what is needed of Python; by default TensorFlow's libraries only
 * @param {string} [options.python] folder of the Python environment
 * @param {string} [options.packagesOf] folder for whose files npm's packages are looked for, by default this package's
 * @param {{ setup: string, doctor: string }} [options.commands] what a user types, for messages
 */
export async function inspectMachine({
  root,
  env = process.env,
  list = ENGINE_LIST,
  python,
  packagesOf = LIBRARY,
  commands = COMMANDS,
}) {
  const cards = await findCards(env);
  const compiler = findCompiler(env);
  const plan = planFor({ platform: process.platform, arch: process.arch, cards, compiler, list });
  const requirements = [...plan.python, plan.tensorflow];
  const home = choosePythonHome({ env, requirements, folders: pythonFolders(root, python) });
  return { root, env, list, cards, compiler, plan, home, packagesOf, commands };
}

/** The folder of the project that a command was started in: the nearest one above that has a package.json. */
export function projectOf(folder = process.cwd()) {
  for (let root = folder; ; root = path.dirname(root)) {
    if (existsSync(path.join(root, 'package.json'))) return root;
    if (root === path.dirname(root)) return folder;
  }
}
