import { existsSync } from 'node:fs';
import path from 'node:path';
import { which } from '../inference/setup/find.mjs';
import { systemOf } from '../inference/setup/systems.mjs';

const CLI = 'node_modules/npm/bin/npm-cli.js';

/**
 * npm as a program of Node, which every system starts alike: the one that started us, else the one that came with this
 * Node, else the one on the PATH.
 *
 * @param {Record<string, string | undefined>} env
 * @param {{ node?: string, system?: import('../inference/setup/systems.mjs').System }} [options] `node` is Node's program
 * @returns {string[]} program and first arguments
 */
export function npmCommand(env, { node = process.execPath, system = systemOf(process.platform) } = {}) {
  const found = which('npm', env, system);
  const folders = [path.dirname(node), path.join(path.dirname(node), '../lib')];
  if (found) folders.push(path.dirname(found));
  // Yarn and pnpm set npm_execpath too.
  const own = path.basename(env.npm_execpath ?? '') === 'npm-cli.js' ? [env.npm_execpath] : [];
  const cli = [...own, ...folders.map((folder) => path.join(folder, CLI))].find((file) => existsSync(file));
  if (cli) return [node, cli];
  if (found && !/\.(cmd|bat)$/i.test(found)) return [found];
  throw new Error(
    'npm was not found on the PATH. It comes with Node (https://nodejs.org): install it and run this again.',
  );
}
