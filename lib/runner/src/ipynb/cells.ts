import { type AnswerMetadata, METADATA_KEY, RECORDED_KINDS, TAGS } from './conventions';
import { isObject } from './read';
import { type Cell, type CodeCell, type Notebook } from './types';

/** The cell's tags (`metadata.tags`), empty when it has none. */
export function tagsOf(cell: Cell): string[] {
  return Array.isArray(cell.metadata.tags) ? (cell.metadata.tags as string[]) : [];
}

export function hasTag(cell: Cell, tag: string): boolean {
  return tagsOf(cell).includes(tag);
}

/** The exercise a cell belongs to, by its metadata. */
export function exerciseOf(cell: Cell): string | undefined {
  const own = cell.metadata[METADATA_KEY];
  return isObject(own) && typeof own.exercise === 'string' ? own.exercise : undefined;
}

/** An exercise as reports name it: `A4. Write the stopwatch`. */
export function exerciseName(id: string, title: string | undefined): string {
  return title === undefined ? id : `${id}. ${title}`;
}

/** Whether the runner sends this cell to the kernel: code, not blank, not tagged `skip-execution`. */
export function isExecutable(cell: Cell): cell is CodeCell {
  return cell.cell_type === 'code' && cell.source.trim() !== '' && !hasTag(cell, TAGS.skipExecution);
}

/** An answer cell with what its metadata stores. */
export interface AnswerCell {
  index: number;
  cell: CodeCell;
  answer: AnswerMetadata;
}

/** Answer cells with well-formed metadata, in order. `answerProblem` says what is wrong with the others. */
export function answerCells(notebook: Notebook): AnswerCell[] {
  const found: AnswerCell[] = [];
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type !== 'code' || !hasTag(cell, TAGS.answer) || answerProblem(cell) !== undefined) return;
    found.push({ index, cell, answer: cell.metadata[METADATA_KEY] as unknown as AnswerMetadata });
  });
  return found;
}

/** What keeps an answer cell's metadata from being an {@link AnswerMetadata}; undefined when nothing does. */
export function answerProblem(cell: Cell): string | undefined {
  const own = cell.metadata[METADATA_KEY];
  if (!isObject(own)) return `an answer cell needs metadata.${METADATA_KEY} with exercise, solution and wrong`;
  if (typeof own.exercise !== 'string' || !/^[\w-]+$/.test(own.exercise)) {
    return `an answer cell needs metadata.${METADATA_KEY}.exercise, an id of letters, digits, - and _`;
  }
  if (typeof own.solution !== 'string' || own.solution.trim() === '') return `exercise ${own.exercise} has no solution`;
  const wrong = own.wrong;
  if (!Array.isArray(wrong)) return `exercise ${own.exercise} has no list of wrong answers`;
  const whole = wrong.every(
    (item) =>
      isObject(item) && typeof item.source === 'string' && typeof item.reason === 'string' && item.reason !== '',
  );
  if (!whole) return `exercise ${own.exercise}: each wrong answer needs a source and the id of the reason`;
  const recorded = (RECORDED_KINDS as readonly unknown[]).includes(own.kind);
  if (wrong.length < 2 && !recorded)
    return `exercise ${own.exercise} needs at least two wrong answers, has ${wrong.length}`;
  return undefined;
}
