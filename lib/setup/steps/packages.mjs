import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { runQuietly } from '../../inference/setup/child.mjs';
import { expandPath } from '../../inference/setup/find.mjs';
import { stateFolder } from '../../inference/setup/paths.mjs';
import { systemOf } from '../../inference/setup/systems.mjs';
import { firstOf, missingPackages } from '../locked-packages.mjs';
import { npmCommand } from '../npm.mjs';
import { sealInstalled } from '../seals.mjs';

/** Node's packages, exactly as the lockfile pins them. */
export function packagesStep({ root, env }) {
  return {
    name: 'packages',
    title: 'Node packages (npm ci)',
    inputs: () => readFileSync(path.join(root, 'package-lock.json'), 'utf8'),
    intact: () => missingPackages(root).length === 0,
    run: async () => {
      if (missingPackages(root).length === 0) {
        sealInstalled(root);
        return { note: 'node_modules already holds what the lockfile asks for' };
      }
      const [program, ...args] = npmCommand(env);
      const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
      const cache = usableCache(root, env);
      try {
        await runQuietly(program, [...args, 'ci', ...options], {
          root,
          env: { ...env, ...cache },
          log: 'packages.log',
        });
      } finally {
        if (cache) rmSync(cache.npm_config_cache, { recursive: true, force: true });
      }
      const missing = missingPackages(root);
      if (missing.length > 0)
        throw new Error(
          `npm ci ended well, but ${firstOf(missing)} is not there. See .cache/scalable-inference/packages.log.`,
        );
      sealInstalled(root);
      return undefined;
    },
  };
}

/** A cache inside the project, for as long as it takes, where npm cannot write its own: in a home that is read-only. */
function usableCache(root, env) {
  const { npmCache } = systemOf(process.platform);
  let folder = env.npm_config_cache ?? expandPath(npmCache, { HOME: homedir(), ...env }) ?? root;
  while (!existsSync(folder)) folder = path.dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return { npm_config_cache: path.join(stateFolder(root), 'npm-cache') };
  }
}
