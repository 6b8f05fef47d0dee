import { spawn } from 'node:child_process';
import { expandPath, which } from '../inference/setup/find.mjs';
import { systemOf } from '../inference/setup/systems.mjs';

/**
 * The Chromium, Chrome or Edge that draws pages without a window: the one named by CHROME_PATH, else the first of the
 * system's list; undefined where there is none.
 */
export function findBrowser(env = process.env, system = systemOf(process.platform)) {
  const named = [env.CHROME_PATH, ...system.browsers.map((name) => expandPath(name, env))];
  return named
    .filter(Boolean)
    .map((name) => which(name, env, system))
    .find(Boolean);
}

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
  const child = spawn(command[0], [...command.slice(1), url], { stdio: 'ignore', detached: true, windowsHide: true });
  child.once('error', () => {});
  child.unref();
  return true;
}
