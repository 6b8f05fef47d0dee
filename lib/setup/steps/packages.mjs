import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../../inference/setup/child.mjs';
import { readJson } from '../../inference/setup/files.mjs';
import { which } from '../../inference/setup/find.mjs';

/** Node's packages, exactly as the lockfile pins them. */
export function packagesStep({ root, env }) {
  return {
    name: 'packages',
    title: 'Node packages (npm ci)',
    inputs: () => readFileSync(path.join(root, 'package-lock.json'), 'utf8'),
    intact: () => lockedPackagesArePresent(root),
    run: async () => {
      if (lockedPackagesArePresent(root)) return { note: 'node_modules already holds what the lockfile asks for' };
      const [program, ...args] = npmCommand(env);
      await runQuietly(program, [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        root,
        env,
        log: 'packages.log',
      });
      return undefined;
    },
  };
}

/** npm as it started us, else the one on the PATH. */
function npmCommand(env) {
  if (env.npm_execpath?.endsWith('.js')) return [process.execPath, env.npm_execpath];
  const program = which('npm', env);
  if (!program)
    throw new Error(
      'npm was not found on the PATH. It comes with Node (https://nodejs.org): install it and run this again.',
    );
  return [program];
}

/** npm writes its own list into node_modules last, so a killed installation has none. */
function lockedPackagesArePresent(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(path.join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (!name.includes('node_modules/') || entry.link || entry.optional || entry.peer) return true;
    return present[name]?.version === entry.version && existsSync(path.join(root, name));
  });
}
