import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../child.mjs';
import { findPython } from '../find.mjs';
import { pythonProgram } from '../paths.mjs';
import { missingPackages } from '../python-home.mjs';

const PIP_INSTALL = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-input',
  '--disable-pip-version-check',
  '--no-warn-script-location',
];

/** Runs pip of the environment at `prefix`. */
export function pipInstall(machine, log, args) {
  const { root, env, home } = machine;
  return runQuietly(pythonProgram(home.prefix, 'python'), [...PIP_INSTALL, ...args], { root, env, log });
}

/**
 * The Python environment with the packages of the plan: made, or found whole where it is another's. Where nothing can be
 * built the library alone needs none; a workbook, which has packages of its own in it, does.
 */
export function pythonStep(machine) {
  const { root, plan, home } = machine;
  const place = path.relative(root, home.prefix);
  return {
    name: 'python',
    title: `Python environment (${place.startsWith('..') ? home.prefix : place})`,
    inputs: () => [home, plan.python],
    intact: () => isWhole(home.prefix, plan.python),
    run: async () => {
      if (!home.own) return undefined;
      if (plan.native || plan.python.length > 0) return await makeVenv(machine);
      return { note: 'not needed: the addon cannot be built here, the reason follows', fellBack: true };
    },
  };
}

const isWhole = (prefix, packages) =>
  !existsSync(unfinished(prefix)) &&
  existsSync(pythonProgram(prefix, 'python')) &&
  missingPackages(prefix, packages).length === 0;

/** Stands in an environment while it is being filled: one that still has it was left half-finished and is made anew. */
const unfinished = (prefix) => path.join(prefix, '.unfinished');

async function makeVenv(machine) {
  const { root, env, plan } = machine;
  const { prefix } = machine.home;
  if (existsSync(unfinished(prefix))) rmSync(prefix, { recursive: true, force: true });
  if (isWhole(prefix, plan.python)) return { note: 'it already holds the listed packages' };
  const missing = missingPackages(prefix, plan.python);
  const python = await findPython(plan.pythonRange, env, plan.system);
  if (!python)
    throw new Error(
      'Python 3.10 or newer was not found on the PATH (or named in PYTHON). ' +
        `To get one: ${plan.system.pythonHint}; then run this again.`,
    );
  mkdirSync(prefix, { recursive: true });
  writeFileSync(unfinished(prefix), 'The set-up is filling this folder, or was ended while it did.\n');
  await createVenv({ root, env, python, prefix, system: plan.system });
  if (missing.length > 0) await pipInstall(machine, 'python.log', missing);
  rmSync(unfinished(prefix));
  return undefined;
}

async function createVenv({ root, env, python, prefix, system }) {
  try {
    await runQuietly(python.program, ['-m', 'venv', prefix], { root, env, log: 'venv.log' });
  } catch (error) {
    throw new Error(`${python.program} could not make a virtual environment. ${system.venvHint}\n${error.message}`);
  }
}
