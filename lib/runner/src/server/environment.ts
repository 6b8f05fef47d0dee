import { existsSync } from 'node:fs';
import * as path from 'node:path';

import { readJsonFile } from '../files';
import { discoverEnvironment } from './discover';

/** A kernel's spec, as Jupyter's `kernel.json` holds it. */
export interface KernelSpec {
  argv: string[];
  env?: Record<string, string>;
  [field: string]: unknown;
}

/** What the runner starts. */
export interface RunnerEnvironment {
  /** Command line that starts a Jupyter server, without options. */
  serverCommand: readonly string[];
  /** Variables added to the server's environment, and so to its kernels'. */
  env: Readonly<Record<string, string>>;
  /** Folder with `tslab/kernel.json`; where there is none, {@link kernelSpec} is written into the server's own folder. */
  kernelSpecDir?: string;
  /** The spec of the kernel `tslab`. */
  kernelSpec?: KernelSpec;
}

/** What the set-up of the workbook made, from `.cache/environment.json`. */
export interface ProjectEnvironment extends RunnerEnvironment {
  kernelSpecDir: string;
}

interface EnvironmentFile {
  python: string;
  jupyterServer: string;
  kernelSpecDir: string;
  env: Record<string, string>;
}

/** What to do about a damaged one. */
const RENEW = 'Delete it and run "npm run setup"';

function isEnvironment(value: unknown): value is EnvironmentFile {
  if (typeof value !== 'object' || value === null) return false;
  const { python, jupyterServer, kernelSpecDir, env } = value as Record<string, unknown>;
  const paths = [python, jupyterServer, kernelSpecDir].every(
    (each) => typeof each === 'string' && path.isAbsolute(each),
  );
  return paths && isTexts(env);
}

const isTexts = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => typeof each === 'string' && !each.includes('\0'));

/** What tells the workbook's folder from another project that uses the runner. */
const WORKBOOK_MARKS = ['notebooks', 'package.json', 'lib/setup/setup.mjs'];

/** The workbook's folder, where this package is part of it: the nearest one above that has a set-up of its own. */
export function findProject(from = __dirname): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (WORKBOOK_MARKS.every((name) => existsSync(path.join(folder, name)))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The same; @throws where the runner was installed elsewhere. */
export function projectRoot(from = __dirname): string {
  const found = findProject(from);
  if (found === undefined) throw new Error(`No workbook with a set-up of its own above ${from}.`);
  return found;
}

/**
 * Reads what the set-up wrote.
 *
 * @param root the project's folder
 * @throws when the set-up has not run, with the command to run
 */
export function readEnvironment(root = projectRoot()): ProjectEnvironment {
  const file = path.join(root, '.cache', 'environment.json');
  if (!existsSync(file))
    throw new Error('The project is not set up yet (.cache/environment.json is missing). Run "npm run setup".');
  const { python, jupyterServer, kernelSpecDir, env } = readJsonFile(file, RENEW, isEnvironment);
  const serverCommand = existsSync(python) ? [python, '-m', 'jupyter_server'] : [jupyterServer];
  return { serverCommand, env, kernelSpecDir };
}

/**
 * What to start for notebooks: what the workbook's set-up made where this package is part of it, else what is found on the
 * machine.
 *
 * @param folders of the notebooks
 */
export function findEnvironment(folders: readonly string[]): RunnerEnvironment {
  const project = findProject();
  if (project !== undefined) return readEnvironment(project);
  return discoverEnvironment({ folders: [...new Set([...folders, process.cwd()])] });
}
