import { existsSync } from 'node:fs';
import * as path from 'node:path';

import { isRecord, readJsonFile } from '../files';

/** Folders of the workbook, below its own, that nothing may change while notebooks run. */
export const CODE_FOLDERS = ['lib', 'notebooks', 'node_modules/.bin', '.cache/jupyter/data/kernels', '.ci'];
const SINGLE = ['package.json', 'package-lock.json', 'tsconfig.json', '.cache/environment.json'];

/**
 * Single files of a project: what its commands read, and of each installed package its manifest and the file that an
 * import of it loads first.
 *
 * @param root a folder with `node_modules`
 */
export function projectFiles(root: string): string[] {
  return [...SINGLE, ...installedFiles(root)].map((name) => path.join(root, name));
}

function installedFiles(root: string): string[] {
  const listed = jsonOf(path.join(root, 'node_modules/.package-lock.json'))?.packages;
  return Object.entries(isRecord(listed) ? listed : {}).flatMap(([place, entry]) => {
    if ((entry as { link?: boolean }).link === true) return [];
    const manifest = path.join(place, 'package.json');
    const main = jsonOf(path.join(root, manifest))?.main;
    const entryFile = typeof main === 'string' ? main : 'index.js';
    const file = [entryFile, `${entryFile}.js`, `${entryFile}/index.js`].find((name) => isFile(root, place, name));
    return file === undefined ? [manifest] : [manifest, path.join(place, file)];
  });
}

const isFile = (root: string, place: string, name: string): boolean =>
  /\.[cm]?js(on)?$/.test(name) && existsSync(path.join(root, place, name));

/** undefined for what is missing or damaged: it is only looked at for names of files. */
function jsonOf(file: string): Record<string, unknown> | undefined {
  try {
    return readJsonFile(file, 'Run "npm ci"', isRecord);
  } catch {
    return undefined;
  }
}
