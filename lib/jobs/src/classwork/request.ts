import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { type Arguments, isolationHere, kernelMemoryBytes, type ServerOptions } from 'tslab-runner/cli';
import { filesBelow } from 'tslab-runner/grade';
import { findEnvironment, findProject } from 'tslab-runner/server';
import { WORKERS_VARIABLE } from '../local';
import { packageIdentity, type Json } from '../run';

/** How notebooks are executed; paths are relative to the working folder of each worker. */
export type KernelRequest = {
  /** Notebooks to execute, or the originals that submissions belong to. */
  readonly files: readonly string[];
  /** Values for their cells of parameters, by name. */
  readonly parameters?: { readonly [name: string]: Json };
  /** Longest time of a cell. Default 600,000. */
  readonly timeoutMs?: number;
  /** Most that a cell may print. Default 20e6. */
  readonly outputBytes?: number;
  /** Bound for all kernels of a machine together. Default four fifths of its memory. */
  readonly memoryBytes?: number;
  /** Shuts every kernel in. */
  readonly isolate?: boolean;
  /** Variables of each worker that its kernels see besides the usual ones. */
  readonly passedVariables?: readonly string[];
  /** What is kept of a run besides what it is judged by: nothing, what is reported of it, or the executed notebook too. */
  readonly keep?: 'results' | 'notebooks';
};

/** The runner's options for one worker, with its share of this machine. */
export function optionsOf({
  timeoutMs = 600_000,
  outputBytes = 20e6,
  memoryBytes = kernelMemoryBytes(),
  isolate,
  passedVariables = [],
}: KernelRequest): ServerOptions & Pick<Arguments, 'timeoutMs' | 'outputBytes' | 'memoryBytes'> {
  return {
    timeoutMs,
    outputBytes,
    memoryBytes: memoryBytes / Number(process.env[WORKERS_VARIABLE] ?? 1),
    isolate,
    passedVariables: [...passedVariables],
    jobs: 1,
    anyOrder: true,
  };
}

/** Parameters as the runner takes them. */
export const parametersOf = ({ parameters = {} }: KernelRequest): Map<string, never> =>
  new Map(Object.entries(parameters)) as Map<string, never>;

/**
 * What changes what a kernel computes: the runner, the code that its notebooks load, whether it is shut in.
 *
 * @param folders where kernels work
 */
export async function kernelIdentity(
  request: KernelRequest,
  folders: readonly string[],
): Promise<Record<string, string>> {
  const project = findProject();
  const code =
    project === undefined
      ? []
      : await filesBelow(path.join(project, 'lib'), (file) => /[\\/]dist[\\/].*\.js$/.test(file));
  const { isolate, passedVariables = [] } = request;
  const isolated =
    isolate !== false &&
    isolationHere({ isolate, passedVariables: [...passedVariables] }, findEnvironment([...folders])).isolation !==
      undefined;
  return {
    ...packageIdentity(require.resolve('tslab-runner/package.json')),
    ...(project === undefined ? {} : { "the workbook's code": await hashOf(code, project) }),
    isolated: isolated ? 'yes' : 'no',
  };
}

/** The hash of files and of their names, below a folder or as they are given. */
export async function hashOf(files: readonly string[], folder?: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const content = await fs.readFile(file);
    const name = folder === undefined ? file : path.relative(folder, file);
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** A job's name: its number, and what it is about. */
export const jobId = (index: number, about: string): string =>
  `n${String(index + 1).padStart(4, '0')}-${about.replace(/[^\w.-]+/g, '_').slice(-100)}`;
