import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as engine from '../inference/setup/machine.mjs';
import { parseEnvironmentList } from './environment-list.mjs';
import { ROOT } from './paths.mjs';

const COMMANDS = { setup: 'npm run setup', doctor: 'npm run doctor' };
const CONDA_HINT = 'To use conda: conda env create -f environment.yml, then activate it.';

/**
 * What is known of this machine, with the list of environment.yml and `.venv` as the place for it.
 *
 * @param {Partial<Parameters<typeof engine.inspectMachine>[0]>} [options] as the engine's
 */
export async function inspectMachine({ root = ROOT, env = process.env, ...others } = {}) {
  const list = parseEnvironmentList(readFileSync(path.join(root, 'environment.yml'), 'utf8'));
  const machine = await engine.inspectMachine({ root, env, list, python: '.venv', commands: COMMANDS, ...others });
  const { home } = machine;
  const note = home.note && env.CONDA_PREFIX ? `${home.note} ${CONDA_HINT}` : home.note;
  return { ...machine, home: note ? { ...home, note } : home };
}
