import { isDeepStrictEqual } from 'node:util';

import { exerciseOf, PLACEHOLDER, PLACEHOLDER_LIKE, TAGS } from 'tslab-runner/ipynb';
import type { Cell, Notebook } from 'tslab-runner/ipynb';
import type { Definition } from '../types';
import { exerciseCell, roleOf, rolesOf, type Declared, type Role } from './cells';

/** A notebook with its exercises' cells as declared, and what could not be done. */
export interface SyncResult {
  readonly notebook: Notebook;
  /** What changed, a line each: `A1 answer`. */
  readonly changes: readonly string[];
  /** What the author must decide, a line each; empty when notebook and declarations agree. */
  readonly problems: readonly string[];
}

function placeholderOf(cell: Cell): string | undefined {
  return cell.cell_type === 'markdown' ? PLACEHOLDER.exec(cell.source)?.[1] : undefined;
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

/** Placeholders that name no declared exercise, or have no cell of their own: they would stay in the page as they are. */
function unfilled(known: ReadonlySet<string>, cells: readonly Cell[]): string[] {
  const names = [...known].join(', ') || 'none';
  return cells.flatMap((cell) => {
    const [text] = PLACEHOLDER_LIKE.exec(cell.source) ?? [];
    if (text === undefined || cell.cell_type !== 'markdown') return [];
    return placeholderOf(cell) === undefined
      ? [`'${text}' is no placeholder; write {{exercise ID}}, alone, into a markdown cell`]
      : [`${text} names no declared exercise; declared are: ${names}`];
  });
}

function problemsOf(definitions: readonly Definition[], cells: readonly Cell[]): string[] {
  const places = placesOf(cells);
  const known = new Set(definitions.map(({ id }) => id));
  const strangers = [...places.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `exercise ${id} has cells but no declaration`);
  const gaps = definitions.flatMap((definition) => {
    const { id } = definition;
    const roles = places.get(id);
    if (roles === undefined)
      return [`exercise ${id} is declared but has no cells; write {{exercise ${id}}} into a markdown cell`];
    return rolesOf(definition).flatMap((role) => {
      const count = roles.get(role)?.length ?? 0;
      return count === 1 ? [] : [`exercise ${id} has ${count} ${role} cells instead of one`];
    });
  });
  return [...unfilled(known, cells), ...strangers, ...gaps];
}

/** Puts cells of roles that an exercise had not before where they belong: behind the role before. */
function complete(cells: readonly Cell[], byId: ReadonlyMap<string, Declared>, changes: string[]): Cell[] {
  const places = placesOf(cells);
  return cells.flatMap((cell) => {
    const [declared, role] = [byId.get(exerciseOf(cell) ?? ''), roleOf(cell)];
    if (declared === undefined || role === undefined) return [cell];
    const roles = rolesOf(declared.definition);
    const next = roles[roles.indexOf(role) + 1];
    const { id } = declared.definition;
    // Only options are new in old notebooks; a missing answer or check is for the author to find.
    if (next !== TAGS.options || places.get(id)?.has(next)) return [cell];
    changes.push(`${id} ${next}`);
    return [cell, exerciseCell(declared, next)];
  });
}

/**
 * Writes the exercises' declarations into a notebook: question, options, stub, stored answers, solution. A markdown cell
 * that holds only `{{exercise A1}}` becomes the cells of A1; cells that exist are updated in place. Answer cells go
 * back to their stubs: this is the author's tool, learners never run it.
 */
export function syncNotebook(notebook: Notebook, exercises: readonly Declared[]): SyncResult {
  const byId = new Map(exercises.map((declared) => [declared.definition.id, declared]));
  const changes: string[] = [];
  const updated = notebook.cells.flatMap((cell): Cell[] => {
    const placeholder = byId.get(placeholderOf(cell) ?? '');
    if (placeholder !== undefined) {
      changes.push(`${placeholder.definition.id} added`);
      return rolesOf(placeholder.definition).map((role) => exerciseCell(placeholder, role));
    }
    const [declared, role] = [byId.get(exerciseOf(cell) ?? ''), roleOf(cell)];
    if (declared === undefined || role === undefined) return [cell];
    if (!rolesOf(declared.definition).includes(role)) {
      changes.push(`${declared.definition.id} ${role} removed`);
      return [];
    }
    const wanted = exerciseCell(declared, role, cell);
    if (same(cell, wanted)) return [cell];
    changes.push(`${declared.definition.id} ${role}`);
    return [wanted];
  });
  const cells = complete(updated, byId, changes);
  const definitions = exercises.map(({ definition }) => definition);
  return { notebook: { ...notebook, cells }, changes, problems: problemsOf(definitions, cells) };
}
