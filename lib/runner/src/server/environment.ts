import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** What the set-up made and the runner starts, from `.cache/environment.json`. */
export interface RunnerEnvironment {
  /** Command line that starts a Jupyter server, without options. */
  serverCommand: readonly string[];
  /** Variables added to the server's environment, and so to its kernels'. */
  env: Readonly<Record<string, string>>;
  /** Folder with `tslab/kernel.json`. */
  kernelSpecDir: string;
}

interface EnvironmentFile {
  python: string;
  jupyterServer: string;
  kernelSpecDir: string;
  env: Record<string, string>;
}

/** The project's folder: the nearest one above this file that has a `notebooks` folder and a `package.json`. */
export function projectRoot(from = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'notebooks')) && existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`No project with a notebooks folder above ${from}.`);
  }
}

/**
 * Reads what the set-up wrote.
 *
 * @param root the project's folder
 * @throws when the set-up has not run, with the command to run
 */
export function readEnvironment(root = projectRoot()): RunnerEnvironment {
  const file = path.join(root, '.cache', 'environment.json');
  if (!existsSync(file))
    throw new Error('The project is not set up yet (.cache/environment.json is missing). Run "npm run setup".');
  const { python, jupyterServer, kernelSpecDir, env } = JSON.parse(readFileSync(file, 'utf8')) as EnvironmentFile;
  const serverCommand = existsSync(python) ? [python, '-m', 'jupyter_server'] : [jupyterServer];
  return { serverCommand, env, kernelSpecDir };
}
