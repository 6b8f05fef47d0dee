import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { RunnerEnvironment } from './environment';

/** How long a program may take to say its version. */
const VERSION_TIMEOUT_MS = 30_000;

/** What this machine has for running notebooks, where no set-up says it: a Jupyter server, and tslab for its kernel. */
export interface SearchOptions {
  /** Folders from which `tslab` is resolved, as a program in them would. */
  folders: readonly string[];
  /** Default: this process's own. */
  searchPath?: string;
  /** Default: this machine's. */
  platform?: NodeJS.Platform;
}

/** What names of programs end with. */
const ENDINGS: Partial<Record<NodeJS.Platform, readonly string[]>> = { win32: ['.exe', '.cmd', '.bat'] };

/** Batch files beside which npm puts the package that they start. */
const BATCH = /\.(cmd|bat)$/i;

/**
 * Finds a Jupyter server in PATH, alone or as a module of a Python there, and tslab from the notebooks' folders, NODE_PATH or
 * PATH. The kernel's spec is made for exactly that tslab, so that no `tslab install` is needed.
 *
 * @throws in one line saying what is missing and how to get it
 */
export function discoverEnvironment({
  folders,
  searchPath = process.env.PATH ?? '',
  platform = process.platform,
}: SearchOptions): RunnerEnvironment {
  const find = (name: string): string | undefined => findProgram(name, searchPath, ENDINGS[platform] ?? ['']);
  const serverCommand = findServer(find);
  if (serverCommand === undefined) {
    throw new Error(
      'Expected a Jupyter server: PATH has neither jupyter-server nor a Python with the module jupyter_server. ' +
        'Install it ("pip install jupyter-server"), or name a running server (--server URL --token T).',
    );
  }
  const tslab = folders.map(resolveTslab).find((file) => file !== undefined) ?? tslabOf(find('tslab'));
  if (tslab === undefined) {
    throw new Error(
      `Expected the kernel tslab: it can be resolved neither from ${folders.join(', ')} nor in PATH. ` +
        'Install it beside the notebooks ("npm install tslab").',
    );
  }
  const argv = [process.execPath, realpathSync(tslab), 'kernel', '--config-path', '{connection_file}'];
  const kernelSpec = { argv, display_name: 'TypeScript (tslab)', language: 'typescript', interrupt_mode: 'signal' };
  return { serverCommand, env: {}, kernelSpec };
}

function findServer(find: (name: string) => string | undefined): string[] | undefined {
  const pythons = ['python3', 'python', 'py'].map((name) => [name, '-m', 'jupyter_server']);
  for (const [name, ...args] of [['jupyter-server'], ...pythons]) {
    const program = find(name);
    if (program !== undefined && answersVersion([program, ...args])) return [program, ...args];
  }
  return undefined;
}

/** A program may be a shim for something that is not there. */
function answersVersion([command, ...args]: readonly string[]): boolean {
  return spawnSync(command, [...args, '--version'], { stdio: 'ignore', timeout: VERSION_TIMEOUT_MS }).status === 0;
}

function findProgram(name: string, searchPath: string, endings: readonly string[]): string | undefined {
  const files = searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)));
  return files.find(isExecutable);
}

/** The program for Node behind what npm put into the PATH. */
function tslabOf(found: string | undefined): string | undefined {
  if (found === undefined || !BATCH.test(found)) return found;
  return resolveTslab(path.dirname(found));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** tslab's program, as a module in the folder would find its package. */
function resolveTslab(folder: string): string | undefined {
  const resolve = createRequire(path.join(path.resolve(folder), 'noop.js'));
  try {
    const file = resolve.resolve('tslab/package.json');
    const { bin } = resolve(file) as { bin: { tslab: string } };
    return path.join(path.dirname(file), bin.tslab);
  } catch {
    return undefined;
  }
}
