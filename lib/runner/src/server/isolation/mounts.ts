import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';

/** What programs of a Linux system need to start, and nothing that tells of its users. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store', '/gnu/store'];
const SYSTEM_FILES = [
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/fonts',
  '/etc/alternatives',
  '/sys/devices/system/cpu',
];

/** Options that show the system's programs, read-only. Merged folders (`/bin` to `usr/bin`) stay links. */
export function systemMounts(): string[] {
  const folders = SYSTEM.filter((name) => existsSync(name)).flatMap((name) =>
    lstatSync(name).isSymbolicLink() ? ['--symlink', readlinkSync(name), name] : ['--ro-bind', name, name],
  );
  return [...folders, ...SYSTEM_FILES.flatMap((name) => ['--ro-bind-try', name, name])];
}

/** Options that show files and folders, read-only, each where a path leads and where it is named. */
export function readableMounts(paths: readonly string[]): string[] {
  const shown = new Set<string>();
  for (const each of paths.filter((name) => existsSync(name))) {
    shown.add(path.resolve(each));
    shown.add(realpathSync(each));
  }
  // Outer folders first: a later mount covers an earlier one.
  const sorted = [...shown].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return sorted
    .filter((name) => !sorted.some((outer) => outer !== name && name.startsWith(outer + path.sep)))
    .flatMap((name) => ['--ro-bind', realpathSync(name), name]);
}

/** Options that empty folders among those that are shown, each where a path leads and where it is named. */
export function hiddenMounts(paths: readonly string[]): string[] {
  const folders = paths.filter((name) => existsSync(name)).flatMap((name) => [path.resolve(name), realpathSync(name)]);
  return [...new Set(folders)].flatMap((name) => ['--tmpfs', name, '--remount-ro', name]);
}

/** Options that show a working directory without the notebooks in it, whose metadata hold solutions. */
export function workingMounts(cwd: string): string[] {
  const entries = readdirSync(cwd).filter((name) => !name.endsWith('.ipynb') && !name.startsWith('.'));
  return ['--tmpfs', cwd, ...entries.flatMap((name) => bound(path.join(cwd, name), path.join(cwd, name)))];
}

/** Where an isolated kernel finds downloaded data. */
export const DATA_INSIDE = '/data';

/** More entries than this are mounted as one folder: a command line has an end. */
const MOST_ENTRIES = 50;

/** Options for downloaded data: what is complete is there, and what is written beside it vanishes. */
export function dataMounts(folder: string | undefined): string[] {
  const names = folder === undefined ? [] : completeIn(folder).flatMap((name) => entriesOf(folder, name));
  return [
    '--tmpfs',
    DATA_INSIDE,
    ...names.flatMap((name) => bound(path.join(folder as string, name), path.join(DATA_INSIDE, name))),
  ];
}

/** A folder's entries one by one, so that what is missing among them can be put there. */
function entriesOf(folder: string, name: string): string[] {
  const entries = completeIn(path.join(folder, name)).map((entry) => path.join(name, entry));
  return entries.length > MOST_ENTRIES || !isFolder(path.join(folder, name)) ? [name] : entries;
}

/** Entries of a folder that no download is still writing. */
const completeIn = (folder: string): string[] =>
  isFolder(folder) ? readdirSync(folder).filter((name) => !/\.(lock|part)($|\.)/.test(name)) : [];

const isFolder = (name: string): boolean => existsSync(name) && statSync(name).isDirectory();

const bound = (outside: string, inside: string): string[] => ['--ro-bind-try', outside, inside];

/** Options for the devices of graphics cards; none on most machines. */
export function cardMounts(): string[] {
  const names = existsSync('/dev') ? readdirSync('/dev').filter((name) => name.startsWith('nvidia')) : [];
  return names.flatMap((name) => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`]);
}
