import { exerciseOf, hasTag } from './cells';
import { METADATA_KEY, TAGS } from './conventions';
import { isObject } from './read';
import { type Cell, type JsonObject, type Notebook } from './types';

/** Of an answer's metadata: what only the teacher's notebook holds. */
const TEACHERS = ['solution', 'wrong'] as const;

/**
 * A class's copy of a notebook: no solution, neither in a cell nor in metadata, no stored wrong answer, no output. Its
 * exercises keep their ids, points, stubs and checks, so it runs as before, and what is answered in it is graded by the
 * notebook that it was made of. {@link isReleased} knows such a copy.
 */
export function releaseNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells.filter((cell) => !isSolution(cell)).map(withoutAnswers);
  const own = notebook.metadata[METADATA_KEY];
  const metadata: JsonObject = {
    ...notebook.metadata,
    [METADATA_KEY]: { ...(isObject(own) ? own : {}), released: true },
  };
  return { ...notebook, cells, metadata };
}

/** Whether a notebook is a copy for a class, which holds no answers. */
export function isReleased({ metadata }: Notebook): boolean {
  const own = metadata[METADATA_KEY];
  return isObject(own) && own.released === true;
}

/** Whether metadata of an answer cell still hold what a released copy must not. */
export function holdsAnswers(cell: Cell): boolean {
  const own = cell.metadata[METADATA_KEY];
  return isSolution(cell) || (isObject(own) && TEACHERS.some((name) => name in own));
}

function isSolution(cell: Cell): boolean {
  return hasTag(cell, TAGS.solution) && exerciseOf(cell) !== undefined;
}

function withoutAnswers(cell: Cell): Cell {
  const bare = cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell;
  const own = cell.metadata[METADATA_KEY];
  if (!isObject(own) || !holdsAnswers(cell)) return bare;
  const kept = Object.entries(own).filter(([name]) => !(TEACHERS as readonly string[]).includes(name));
  return { ...bare, metadata: { ...cell.metadata, [METADATA_KEY]: Object.fromEntries(kept) } };
}
