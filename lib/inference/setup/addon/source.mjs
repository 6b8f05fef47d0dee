import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LIBRARY } from '../paths.mjs';

/** Our addition to the addon; it says itself what it adds and how. */
export const ADDITION = path.join(LIBRARY, 'setup/addon/functions.cc');

const HEADER = 'tfjs_backend.h';
const PRIVATE = /^ private:$/gm;

/**
 * Copies the addon's source and opens its one class to our addition: the only word of the package's that is changed.
 *
 * @param {string} source folder of the package's source
 * @param {string} target folder to fill
 * @returns {boolean} false where the source is not the one that the addition was written for; nothing is copied then
 */
export function openedSource(source, target) {
  const header = path.join(source, HEADER);
  const text = existsSync(header) ? readFileSync(header, 'utf8') : '';
  if (text.match(PRIVATE)?.length !== 1) return false;
  cpSync(source, target, { recursive: true });
  writeFileSync(path.join(target, HEADER), text.replace(PRIVATE, ' public:'));
  return true;
}
