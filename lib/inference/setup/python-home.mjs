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
 * Which Python environment is used: the active one (conda's or another) when it has every requirement, else the first of
 * the given folders that has, else the first. Nothing is ever installed into an active environment: that is for its owner
 * to do.
 *
 * @param {{ env: Record<string, string | undefined>, requirements: string[], folders: string[] }} options `folders` may
 *   be filled
 * @returns {{ prefix: string, own: boolean, note?: string }} `own` says that it may be filled; `note` why an active one
 *   was not taken
 */
export function choosePythonHome({ env, requirements, folders }) {
  const active = env.CONDA_PREFIX ?? env.VIRTUAL_ENV;
  const isComplete = (prefix) => missingPackages(prefix, requirements).length === 0;
  const own = { prefix: folders.find(isComplete) ?? folders[0], own: true };
  if (!active || folders.includes(active)) return own;
  const missing = missingPackages(active, requirements);
  if (missing.length === 0) return { prefix: active, own: false };
  const name = env.CONDA_PREFIX ? (env.CONDA_DEFAULT_ENV ?? active) : active;
  return { ...own, note: `The active Python environment "${name}" lacks ${missing.join(', ')}: using ${own.prefix}.` };
}
