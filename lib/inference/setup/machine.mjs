import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { findCards } from './cards.mjs';
import { usableProcessors } from './environment.mjs';
import { askPython, findCompiler, findPython } from './find.mjs';
import { readJson } from './files.mjs';
import { LIBRARY, MANIFEST, pythonProgram, stateFolder } from './paths.mjs';
import { planFor } from './plan.mjs';
import { choosePythonHome } from './python-home.mjs';
import { systemOf } from './systems.mjs';

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
 * What Node says of the machine; memory and processors are those that this process may use.
 *
 * @returns {{ platform: string, arch: string, node: string, glibc: string | undefined, processors: number,
 *   memoryBytes: number, cuda?: string }} `cuda` is the folder of a CUDA of the system's own, if there is one
 */
export function hostFacts() {
  const limit = process.constrainedMemory() || Infinity;
  return {
    platform: process.platform,
    arch: process.arch,
    node: process.version,
    glibc: process.platform === 'linux' ? process.report.getReport().header.glibcVersionRuntime : undefined,
    processors: usableProcessors(),
    memoryBytes: Math.min(totalmem(), limit),
    cuda: '/usr/local/cuda',
  };
}

/**
 * What is known of this machine, and what that means for the set-up. Quick: starts at most `nvidia-smi`, Python and, on
 * macOS, `xcode-select`.
 *
 * @param {object} options
 * @param {string} options.root the project's folder, which gets the state of the set-up
 * @param {Record<string, string | undefined>} [options.env]
 * @param {typeof ENGINE_LIST} [options.list] what is needed of Python; by default TensorFlow's libraries only
 * @param {string} [options.python] folder of the Python environment
 * @param {string} [options.packagesOf] folder for whose files npm's packages are looked for, by default this package's
 * @param {{ setup: string, doctor: string }} [options.commands] what a user types, for messages
 * @param {ReturnType<typeof hostFacts>} [options.host] what Node says of the machine; another one's to see what would
 *   become of that
 */
export async function inspectMachine({
  root,
  env = process.env,
  list = ENGINE_LIST,
  python,
  packagesOf = LIBRARY,
  commands = COMMANDS,
  host = hostFacts(),
}) {
  const system = systemOf(host.platform);
  const facts = { ...host, list, ...(await findCards(env)), compiler: await findCompiler(env, system) };
  const wanted = planFor(facts);
  const requirements = [...wanted.python, ...(wanted.tensorflow ? [wanted.tensorflow] : [])];
  const home = choosePythonHome({ env, requirements, folders: pythonFolders(root, python) });
  const found = wanted.native ? await pythonFor(home.prefix, wanted, env) : undefined;
  const plan = planFor({ ...facts, python: found });
  const { cards, absence, compiler } = facts;
  return { root, env, host, list, cards, absence, compiler, plan, home, packagesOf, commands };
}

/** The Python that is in the environment already, else the one to make it with, else null. */
async function pythonFor(prefix, { pythonRange, system }, env) {
  const present = pythonProgram(prefix, 'python');
  const answer = existsSync(present) ? await askPython(present, env) : undefined;
  return (answer && { program: present, ...answer }) ?? (await findPython(pythonRange, env, system)) ?? null;
}

/** The folder of the project that a command was started in: the nearest one above that has a package.json. */
export function projectOf(folder = process.cwd()) {
  for (let root = folder; ; root = path.dirname(root)) {
    if (existsSync(path.join(root, 'package.json'))) return root;
    if (root === path.dirname(root)) return folder;
  }
}
