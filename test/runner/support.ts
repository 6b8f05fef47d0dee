import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import {
  type Cell,
  type CodeCell,
  formatNotebook,
  type JsonObject,
  type Notebook,
  type Output,
  type TextCell,
} from 'tslab-runner/ipynb';
import { type NotebookResult } from 'tslab-runner/run';
import { commandOf } from '../support/commands';
import { commandLines, workingFolder } from '../support/processes';

// @jupyterlab/services narrates each connection there.
console.debug = () => undefined;

/** The compiled command line. */
export const CLI = commandOf('tslab-runner');

/** A code cell; tags and other metadata as given. */
export function codeCell(source: string, outputs: Output[] = [], metadata: JsonObject = {}): CodeCell {
  return { cell_type: 'code', source, metadata, outputs, execution_count: null };
}

export function tagged(tags: string[], source: string, metadata: JsonObject = {}): CodeCell {
  return codeCell(source, [], { tags, ...metadata });
}

export function markdownCell(source: string, metadata: JsonObject = {}): TextCell {
  return { cell_type: 'markdown', source, metadata };
}

/** A notebook of the cells (a text is a code cell), with ids. */
export function notebook(cells: (Cell | string)[], kernel = 'tslab'): Notebook {
  return {
    cells: cells.map((cell, index) => ({ id: `cell-${index}`, ...(typeof cell === 'string' ? codeCell(cell) : cell) })),
    metadata: {
      kernelspec: { display_name: kernel, language: 'typescript', name: kernel },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** The result of a run that passed, for reports. */
export function resultOf(executed: Notebook): NotebookResult {
  const cells = executed.cells.map((cell, index) => ({
    index,
    title: cell.source,
    status: 'passed' as const,
    durationMs: 12,
    kernelBytes: 2e8,
  }));
  return {
    path: 'example.ipynb',
    mode: 'as-is',
    status: 'passed',
    failures: [],
    cells,
    checks: [],
    durationMs: 100,
    peakKernelBytes: 2e8,
    executed,
  };
}

/** A temporary folder for notebooks, removed by `remove`. */
export class Folder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'runner-test-'));

  /** Writes a notebook, or any text or bytes under that name; returns the path. */
  write(name: string, content: Notebook | string | Uint8Array): string {
    const file = path.join(this.path, name);
    const isNotebook = typeof content === 'object' && 'cells' in content;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, isNotebook ? formatNotebook(content) : content);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command line to its end. `onLine` sees its output as it comes and may send signals. */
export function runCli(
  args: string[],
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      onOutput?.(stdout, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Processes whose command line holds the text, this one left out. */
export function processesWith(text: string): number[] {
  return commandLines()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text))
    .map(({ pid }) => pid);
}

/** Processes with `text` on their command line that are still there after ten seconds: ending takes a moment. */
export async function remaining(text: string): Promise<number[]> {
  for (let waited = 0; waited < 10_000 && processesWith(text).length > 0; waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return processesWith(text);
}

/** Kernels started ahead whose working directory is `folder`. */
export function kernelsIn(folder: string): number[] {
  const kernels = processesWith('connection-from-standard-input');
  return kernels.filter((pid) => workingFolder(pid) === realpathSync(folder));
}

/** Temporary folders that servers of the runner made. */
export function serverFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('tslab-runner-'));
}
