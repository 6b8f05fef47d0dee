import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('guard.cjs', import.meta.url));

/**
 * Starts a program that ends with this process, whatever ends this process; signals to the returned process reach it.
 *
 * @param {string} program @param {string[]} args
 * @param {object} options
 * @param {import('node:child_process').StdioOptions} options.stdio for descriptors 0, 1 and 2
 * @param {string} [options.cwd] @param {Record<string, string | undefined>} [options.env]
 * @param {number} [options.graceMs] what it may take to end when this process is gone, default 0: it is killed
 * @param {string} [options.note] file that names the program while it runs
 * @param {string} [options.remove] folder to remove when this process has gone first
 */
export function spawnGuarded(program, args, { stdio, cwd, env, graceMs = 0, note, remove }) {
  const options = ['--grace', String(graceMs)];
  if (note) options.push('--note', note);
  if (remove) options.push('--remove', remove);
  return spawn(process.execPath, [GUARD, ...options, '--', program, ...args], {
    cwd,
    env,
    detached: true,
    windowsHide: true,
    stdio: [...stdio, 'pipe'],
  });
}
