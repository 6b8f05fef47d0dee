import { isDeepStrictEqual } from 'node:util';

import { exerciseOf, hasTag } from 'tslab-runner/ipynb';
import type { Cell, Notebook } from 'tslab-runner/ipynb';
import { exerciseCell, ROLES, type Declared, type Role } from './cells';

/** A notebook with its exercises' cells as declared, and what could not be done. */
export interface SyncResult {
  readonly notebook: Notebook;
  /** What changed, a line each: `A1 answer`. */
  readonly changes: readonly string[];
  /** What the author must decide, a line each; empty when notebook and declarations agree. */
  readonly problems: readonly string[];
}

const PLACEHOLDER = /^\s*\{\{\s*exercise\s+([\w-]+)\s*\}\}\s*$/;

function placeholderOf(cell: Cell): string | undefined {
  return cell.cell_type === 'markdown' ? PLACEHOLDER.exec(cell.source)?.[1] : undefined;
}

function roleOf(cell: Cell): Role | undefined {
  return exerciseOf(cell) === undefined ? undefined : ROLES.find((role) => hasTag(cell, role));
}

function same(one: Cell, other: Cell): boolean {
  // A stored notebook has its keys sorted, a declaration has not: compare values, not texts.
  const facts = (cell: Cell): unknown[] => [
    cell.cell_type,
    cell.source,
    cell.metadata.tags,
    cell.metadata.scalable_inference,
  ];
  return isDeepStrictEqual(facts(one), facts(other));
}

/** Places of every role of every exercise. */
function placesOf(cells: readonly Cell[]): Map<string, Map<Role, number[]>> {
  const places = new Map<string, Map<Role, number[]>>();
  cells.forEach((cell, at) => {
    const [id, role] = [exerciseOf(cell), roleOf(cell)];
    if (id === undefined || role === undefined) return;
    const roles = places.get(id) ?? new Map<Role, number[]>();
    roles.set(role, [...(roles.get(role) ?? []), at]);
    places.set(id, roles);
  });
  return places;
}

/** Placeholders of exercises that nobody declared: they would stay in the page as they are. */
function unfilled(known: ReadonlySet<string>, cells: readonly Cell[]): string[] {
  const names = [...known].join(', ') || 'none';
  return cells
    .map(placeholderOf)
    .filter((id): id is string => id !== undefined && !known.has(id))
    .map((id) => `{{exercise ${id}}} names no declared exercise; declared are: ${names}`);
}

function problemsOf(ids: readonly string[], cells: readonly Cell[]): string[] {
  const places = placesOf(cells);
  const known = new Set(ids);
  const strangers = [...places.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `exercise ${id} has cells but no declaration`);
  const gaps = ids.flatMap((id) => {
    const roles = places.get(id);
    if (roles === undefined)
      return [`exercise ${id} is declared but has no cells; write {{exercise ${id}}} into a markdown cell`];
    return ROLES.flatMap((role) => {
      const count = roles.get(role)?.length ?? 0;
      return count === 1 ? [] : [`exercise ${id} has ${count} ${role} cells instead of one`];
    });
  });
  return [...unfilled(known, cells), ...strangers, ...gaps];
}

/**
 * Writes the exercises' declarations into a notebook: question, stub, stored answers, solution. A markdown cell that
 * holds only `{{exercise A1}}` becomes the four cells of A1; cells that exist are updated in place. Answer cells go
 * back to their stubs: this is the author's tool, learners never run it.
 */
export function syncNotebook(notebook: Notebook, exercises: readonly Declared[]): SyncResult {
  const byId = new Map(exercises.map((declared) => [declared.definition.id, declared]));
  const changes: string[] = [];
  const cells = notebook.cells.flatMap((cell): Cell[] => {
    const placeholder = byId.get(placeholderOf(cell) ?? '');
    if (placeholder !== undefined) {
      changes.push(`${placeholder.definition.id} added`);
      return ROLES.map((role) => exerciseCell(placeholder, role));
    }
    const [declared, role] = [byId.get(exerciseOf(cell) ?? ''), roleOf(cell)];
    if (declared === undefined || role === undefined) return [cell];
    const wanted = exerciseCell(declared, role, cell);
    if (same(cell, wanted)) return [cell];
    changes.push(`${declared.definition.id} ${role}`);
    return [wanted];
  });
  return { notebook: { ...notebook, cells }, changes, problems: problemsOf([...byId.keys()], cells) };
}
