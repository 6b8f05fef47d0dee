import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pythonProgram, sitePackages } from './paths.mjs';

/** The installed distributions of a Python environment as a map from normalised name to version. Starts no Python. */
export function installedPackages(prefix) {
  const folder = sitePackages(prefix);
  const found = new Map();
  for (const name of folder ? readdirSync(folder) : []) {
    const [, distribution, version] = /^(.+?)-([^-]+)\.dist-info$/.exec(name) ?? [];
    if (distribution) found.set(normalise(distribution), version);
  }
  return found;
}

const normalise = (name) => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Those of the requirements (`name==version` or a bare name) that an environment does not meet. */
export function missingPackages(prefix, requirements) {
  if (!existsSync(pythonProgram(prefix, 'python'))) return [...requirements];
  const installed = installedPackages(prefix);
  return requirements.filter((requirement) => {
    const [name, version] = requirement.split('==');
    const found = installed.get(normalise(name));
    return found === undefined || (version !== undefined && found !== version);
  });
}

/**
 * Which Python environment the workbook uses: the active conda environment when it has every package of the list, else
 * the project's `.venv`. Nothing is ever installed into a conda environment: that is for its owner to do.
 *
 * @returns {{ kind: 'conda' | 'venv', prefix: string, note?: string }} `note` says why an active one was not taken
 */
export function choosePythonHome({ root, env, requirements }) {
  const venv = { kind: 'venv', prefix: path.join(root, '.venv') };
  if (!env.CONDA_PREFIX) return venv;
  const missing = missingPackages(env.CONDA_PREFIX, requirements);
  if (missing.length === 0) return { kind: 'conda', prefix: env.CONDA_PREFIX };
  const name = env.CONDA_DEFAULT_ENV ?? env.CONDA_PREFIX;
  const note =
    `The active conda environment "${name}" lacks ${missing.join(', ')}: using .venv instead. ` +
    'To use conda: conda env create -f environment.yml, then activate it.';
  return { ...venv, note };
}
