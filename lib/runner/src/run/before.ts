import * as path from 'node:path';
import { type Cell, isExecutable, isObject, type Json, type Notebook } from '../ipynb';
import { type JupyterServer } from '../server';
import { type CellResult } from './types';

/** The kernel spec for a notebook that names none. */
const DEFAULT_KERNEL = 'tslab';

/** The cell before it runs. */
export function withoutOutputs(cell: Cell): Cell {
  return cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell;
}

/** The kernel that the notebook asks for. */
export function kernelName(notebook: Notebook): string {
  const spec = notebook.metadata.kernelspec;
  return isObject(spec) && typeof spec.name === 'string' ? spec.name : DEFAULT_KERNEL;
}

/** First line of the source that says something. */
export function title(cell: Cell): string {
  return (
    cell.source
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 80) ?? ''
  );
}

/** A cell's place in the report, before it runs. */
export const notRun = (cell: Cell, index: number): CellResult => ({
  index,
  ...(cell.id === undefined ? {} : { id: cell.id }),
  title: title(cell),
  status: isExecutable(cell) ? 'not-run' : 'skipped',
  durationMs: 0,
  kernelBytes: null,
});

/** A file's path below the server's root; on another's server its name in the folder given. */
export function serverPath({ rootDir, notebookFolder = '' }: JupyterServer, file: string): string {
  const elsewhere = path.join(notebookFolder, path.basename(file));
  const relative = rootDir === undefined ? elsewhere : path.relative(rootDir, path.resolve(file));
  return relative.split(path.sep).join('/');
}

/** Fills in the language of a notebook that lacks it, as front ends do when they save. */
export function noteLanguage(notebook: Notebook, languageInfo: unknown): void {
  const known = notebook.metadata.language_info;
  if (isObject(known) && known.version !== undefined) return;
  notebook.metadata = { ...notebook.metadata, language_info: JSON.parse(JSON.stringify(languageInfo)) as Json };
}
