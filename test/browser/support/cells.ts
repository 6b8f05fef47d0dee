import { readFileSync } from 'node:fs';

/** A cell of a notebook file, as far as a test in the browser cares. */
export interface Cell {
  readonly id: string;
  /** 'code' or 'markdown'. */
  readonly type: string;
  readonly source: string;
  readonly tags: readonly string[];
}

interface RawNotebook {
  readonly cells: { id: string; cell_type: string; source: string | string[]; metadata: { tags?: string[] } }[];
}

/** The cells of a notebook file, in order. */
export function readCells(file: string): Cell[] {
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as RawNotebook;
  return cells.map(({ id, cell_type: type, source, metadata }) => {
    return { id, type, source: [source].flat().join(''), tags: metadata.tags ?? [] };
  });
}

/** Position of the parameters cell. */
export const parametersOf = (cells: readonly Cell[]): number =>
  cells.findIndex(({ tags }) => tags.includes('parameters'));
