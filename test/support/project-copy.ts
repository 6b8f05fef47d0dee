import {
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** A folder with the same files, not copied but linked: what a set-up installed, which nobody changes. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}

/**
 * The whole project in a folder of its own, set up and compiled, in which a test may do what an author does. It lies in
 * the project's cache: links to files need the same disk.
 */
export class ProjectCopy {
  readonly root: string;

  constructor() {
    mkdirSync(path.join(ROOT, '.cache/test'), { recursive: true });
    this.root = mkdtempSync(path.join(ROOT, '.cache/test/project-'));
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT });
    const own = listed
      .toString()
      .split('\0')
      .filter((name) => name !== '' && !name.startsWith('test/') && !name.startsWith('data/screenshots'));
    const compiled = ['inference', 'runner', 'workbook'].map((name) => `lib/${name}/dist`);
    const state = ['environment.json', 'jupyter', 'scalable-inference', 'setup'].map((name) => `.cache/${name}`);
    for (const name of [...own, ...compiled, ...state]) this.copy(name);
    linkFolder(path.join(ROOT, 'node_modules'), path.join(this.root, 'node_modules'));
    const python = path.join(ROOT, '.venv');
    symlinkSync(python, path.join(this.root, '.venv'));
  }

  private copy(name: string): void {
    const from = path.join(ROOT, name);
    // What a set-up of another machine did not make is not missed; what git lists and somebody has deleted neither.
    if (lstatSync(from, { throwIfNoEntry: false }) === undefined) return;
    // Times tell the compiler what is new.
    cpSync(from, path.join(this.root, name), { recursive: true, preserveTimestamps: true });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
