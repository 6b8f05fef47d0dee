import { spawn } from 'node:child_process';
import path from 'node:path';
import { which } from '../inference/setup/find.mjs';
import { systemOf } from '../inference/setup/systems.mjs';

/**
 * The Chromium, Chrome or Edge that draws pages without a window: the one named by CHROME_PATH, else the first of the
 * system's list; undefined where there is none.
 */
export function findBrowser(env = process.env, system = systemOf(process.platform)) {
  const named = [env.CHROME_PATH, ...system.browsers.map((name) => expand(name, env))];
  return named
    .filter(Boolean)
    .map((name) => which(name, env, system))
    .find(Boolean);
}

/** Undefined where a variable is not set. */
function expand(name, env) {
  const home = name.startsWith('~') ? name.replace('~', env.HOME ?? '') : name;
  const parts = home.split(/%([^%]+)%/);
  const values = parts.map((part, index) => (index % 2 === 0 ? part : variable(part, env)));
  return values.includes(undefined) ? undefined : path.normalize(values.join(''));
}

/** Windows takes names of variables in any case, a copy of its environment does not. */
const variable = (name, env) => Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** The program that opens an address in the user's browser, or undefined where there is no screen to show one. */
export function browserCommand(env = process.env, platform = process.platform) {
  if (env.CI) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const program = which('xdg-open', env);
  return program ? [program] : undefined;
}

/** Opens an address; that it could not be opened is no error, the address has been printed. */
export function openBrowser(url, command = browserCommand()) {
  if (!command) return false;
  const child = spawn(command[0], [...command.slice(1), url], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
  return true;
}
