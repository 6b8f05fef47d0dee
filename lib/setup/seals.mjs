import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../inference/setup/files.mjs';
import { stateFolder } from '../inference/setup/paths.mjs';
import { writeFileAtomicSync } from '../inference/setup/system/atomic.cjs';

/**
 * What the set-up made, as it was then: of each file what `stat` says of it, and the hash of its content. A file is read
 * again only when `stat` says something else, so that a copied project is as good as the first one, and a check takes
 * some hundredths of a second.
 */
const sealFile = (root, name) => path.join(stateFolder(root), `${name}.seal.json`);

const hashFile = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A program cannot set the time of a file's last change of state, unlike that of its content. */
function stampOf(file) {
  const { size, mtimeMs, ctimeMs } = statSync(file);
  return `${size} ${mtimeMs} ${ctimeMs}`;
}

/** Notes the files, given relative to the project. */
export function seal(root, name, files) {
  const entries = files
    .map((file) => [file, path.join(root, file)])
    .filter(([, full]) => existsSync(full))
    .map(([file, full]) => [file, [stampOf(full), hashFile(full)]]);
  writeFileAtomicSync(sealFile(root, name), JSON.stringify(Object.fromEntries(entries)));
}

/** Whether files were noted under this name. */
export const isSealed = (root, name) => existsSync(sealFile(root, name));

/** Forgets what was noted. */
export const unseal = (root, name) => rmSync(sealFile(root, name), { force: true });

/**
 * Noted files that are others now or gone, and with `present` those that were not there. Empty where nothing was noted.
 *
 * @param {string[]} [present] all files that should be noted
 */
export function changedSince(root, name, present = []) {
  const noted = readJson(sealFile(root, name));
  if (!noted) return [];
  const changed = Object.entries(noted)
    .filter(([file, [stamp, hash]]) => !isSame(path.join(root, file), stamp, hash))
    .map(([file]) => file);
  return [...changed, ...present.filter((file) => !(file in noted))].sort();
}

function isSame(file, stamp, hash) {
  try {
    return stampOf(file) === stamp || hashFile(file) === hash;
  } catch {
    return false;
  }
}

/** Compiled files of a project, relative to it; not what the compiler keeps for itself. */
export function compiledFiles(root, packages) {
  return packages.flatMap((name) => {
    const dist = path.join(root, 'lib', name, 'dist');
    const names = existsSync(dist) ? readdirSync(dist, { recursive: true }).map(String) : [];
    return names.filter((file) => /\.(js|d\.ts)$/.test(file)).map((file) => path.join('lib', name, 'dist', file));
  });
}

/** Of each installed package its manifest, and the file that an import of it loads first, relative to the project. */
export function installedFiles(root) {
  const listed = readJson(path.join(root, 'node_modules/.package-lock.json'))?.packages ?? {};
  return Object.entries(listed)
    .filter(([, entry]) => !entry.link)
    .flatMap(([place]) => {
      const manifest = path.join(place, 'package.json');
      const named = readJson(path.join(root, manifest))?.main;
      const main = typeof named === 'string' ? named : 'index.js';
      const entry = [main, `${main}.js`, `${main}/index.js`]
        .map((name) => path.join(place, name))
        .find((name) => /\.[cm]?js(on)?$/.test(name) && existsSync(path.join(root, name)));
      return entry === undefined ? [manifest] : [manifest, entry];
    });
}

/** Notes what is installed. */
export const sealInstalled = (root) => seal(root, 'installed', installedFiles(root));

/**
 * What to say of packages that are no longer as they were installed, a line; undefined where all are. A checkout that was
 * set up before anything was noted is noted as it is.
 */
export function installedComplaint(root) {
  if (!isSealed(root, 'installed')) return void sealInstalled(root);
  const [first, ...others] = changedSince(root, 'installed');
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const note = path.relative(root, sealFile(root, 'installed'));
  return (
    `CHANGED since it was installed: ${first}${more}. If that was not you, a program did it, perhaps a notebook that ran ` +
    `here: remove node_modules and run "npm run setup". If it was you, remove ${note}.`
  );
}
