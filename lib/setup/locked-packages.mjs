import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../inference/setup/files.mjs';

/**
 * What of package-lock.json is not installed as it says: absent, half there, or another version or content. The folders
 * of the workspaces (`lib/inference/node_modules`) count like the project's. Empty where all is as locked.
 *
 * @param {string} root the project
 * @returns {string[]} places such as `node_modules/tslab`, or `node_modules` alone where no installation was completed
 */
export function missingPackages(root) {
  const locked = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
  // npm writes its own list last, so a killed installation has none.
  const listed = readJson(path.join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!listed) return ['node_modules'];
  return Object.entries(locked)
    .filter(([place]) => place.includes('node_modules/'))
    .filter(([place, entry]) => !isInstalled(root, place, entry, listed[place]))
    .map(([place]) => place);
}

function isInstalled(root, place, entry, listed) {
  const folder = path.join(root, place);
  if (entry.link) return existsSync(folder) && realpathSync(folder) === realpathSync(path.join(root, entry.resolved));
  // npm leaves out what is for other systems, and what others bring themselves.
  if (!listed) return Boolean(entry.optional || entry.peer);
  if (listed.version !== entry.version) return false;
  if (listed.integrity && entry.integrity && listed.integrity !== entry.integrity) return false;
  return readJson(path.join(folder, 'package.json'))?.version === entry.version;
}

/** The first of several places, and how many more there are. */
export const firstOf = ([first, ...others]) => (others.length > 0 ? `${first} and ${others.length} more` : first);
