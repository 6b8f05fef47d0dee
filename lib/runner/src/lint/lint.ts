import { promises as fs } from 'node:fs';

import {
  type Cell,
  type CodeCell,
  formatNotebook,
  isObject,
  type Notebook,
  NotebookError,
  parseNotebook,
} from '../ipynb';
import { type EarlierNames, lintCode } from './code';
import { lintExercises } from './exercises';
import { lintProse } from './prose';
import { parseCell } from './source';
import { type CellFinding, type Finding } from './types';

/** Longest code cell, in lines. */
export const MAXIMUM_CELL_LINES = 25;

/** Longest line of a code cell, in characters: what JupyterLab shows without scrolling beside its file browser. */
export const MAXIMUM_LINE_LENGTH = 110;

/** Checks a notebook file. */
export async function lintFile(path: string): Promise<Finding[]> {
  let text: string;
  try {
    text = await fs.readFile(path, 'utf8');
  } catch (error) {
    return [{ path, rule: 'notebook', message: `cannot be read: ${(error as Error).message}` }];
  }
  return lintText(text, path);
}

/** Checks a notebook's text: its form, what is stored in it, its exercises and each code cell. */
export function lintText(text: string, path: string): Finding[] {
  let notebook: Notebook;
  try {
    notebook = parseNotebook(text, path);
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    return [{ path, rule: 'notebook', message: error.message.replace(`${path}: `, '') }];
  }
  return [...lintForm(notebook, text), ...lintCells(notebook), ...lintExercises(notebook), ...lintProse(notebook)].map(
    (finding) => ({
      path,
      ...finding,
    }),
  );
}

function lintForm(notebook: Notebook, text: string): CellFinding[] {
  const found: CellFinding[] = [];
  if (formatNotebook(notebook) !== text) {
    found.push({
      rule: 'canonical',
      message:
        'expected the text form that Jupyter writes (sorted keys, one space of indentation); ' +
        "save it from JupyterLab or with the runner's --out",
    });
  }
  const spec = notebook.metadata.kernelspec;
  if (!isObject(spec) || spec.name !== 'tslab')
    found.push({ rule: 'kernel', message: 'expected metadata.kernelspec.name "tslab"' });
  const ids = notebook.cells.map(({ id }) => id);
  ids.forEach((id, cell) => {
    if (id === undefined) found.push({ cell, rule: 'cell-id', message: 'the cell has no id (notebook format 4.5)' });
    else if (ids.indexOf(id) !== cell) found.push({ cell, rule: 'cell-id', message: `the id "${id}" is used twice` });
  });
  return found;
}

function lintCells(notebook: Notebook): CellFinding[] {
  const earlier = new Map<string, 'declared' | 'imported'>();
  return notebook.cells.flatMap((cell, index) => (cell.cell_type === 'code' ? lintCodeCell(cell, index, earlier) : []));
}

function lintCodeCell(cell: CodeCell, index: number, earlier: Map<string, 'declared' | 'imported'>): CellFinding[] {
  const found: CellFinding[] = [];
  if (cell.outputs.length > 0 || cell.execution_count !== null) {
    found.push({
      cell: index,
      rule: 'outputs',
      message: 'outputs and execution counts must not be stored; clear them before saving',
    });
  }
  found.push(...lintLength(cell, index), ...lintSource(cell.source, index, earlier));
  for (const [name, kind] of parseCell(cell.source).topLevel) earlier.set(name, kind);
  return found;
}

function lintLength(cell: Cell, index: number): CellFinding[] {
  const lines = cell.source.split('\n');
  const found: CellFinding[] = [];
  const wide = lines.flatMap((text, at) => (text.length > MAXIMUM_LINE_LENGTH ? [at + 1] : []));
  if (wide.length > 0) {
    const message = `expected at most ${MAXIMUM_LINE_LENGTH} characters in a line, found more in ${wide.join(', ')}`;
    found.push({ cell: index, line: wide[0], rule: 'line-length', message });
  }
  if (lines.length > MAXIMUM_CELL_LINES) {
    const message = `expected at most ${MAXIMUM_CELL_LINES} lines, found ${lines.length}`;
    found.push({ cell: index, rule: 'cell-length', message });
  }
  return found;
}

function lintSource(source: string, cell: number, earlier: EarlierNames): CellFinding[] {
  return lintCode(parseCell(source), earlier).map((finding) => ({ cell, ...finding }));
}

/** A finding as one line: `notebooks/a.ipynb, cell 3, line 2: shorthand: ...`. */
export function findingLine({ path, cell, line, rule, message }: Finding): string {
  const place = [
    path,
    ...(cell === undefined ? [] : [`cell ${cell + 1}`]),
    ...(line === undefined ? [] : [`line ${line}`]),
  ].join(', ');
  return `${place}: ${rule}: ${message}`;
}
