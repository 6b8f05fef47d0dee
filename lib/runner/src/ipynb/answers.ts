import { answerCells } from './cells';
import { type AnswerMetadata, type AnswerMode } from './conventions';
import { type Notebook } from './types';

/** A notebook with its answer cells filled, and what its checks must then say. */
export interface FilledNotebook {
  notebook: Notebook;
  mode: AnswerMode;
  /** Index of the wrong answers in `wrong` mode. */
  variant?: number;
  /** By exercise id: the reason its check must give (`wrong`), or undefined where it must pass. Empty for `as-is`. */
  expected: Map<string, string | undefined>;
}

/**
 * The runs that a mode asks of a notebook: one for `as-is` and `solutions`, one for each index of wrong answers for
 * `wrong` (none when no exercise has any).
 */
export function fillAnswers(notebook: Notebook, mode: AnswerMode): FilledNotebook[] {
  if (mode === 'as-is') return [{ notebook, mode, expected: new Map() }];
  const answers = answerCells(notebook);
  if (mode === 'solutions') return [fill(notebook, mode)];
  const variants = Math.max(0, ...answers.map(({ answer }) => answer.wrong.length));
  return Array.from({ length: variants }, (_, variant) => fill(notebook, mode, variant));
}

function fill(notebook: Notebook, mode: AnswerMode, variant?: number): FilledNotebook {
  const expected = new Map<string, string | undefined>();
  const cells = [...notebook.cells];
  for (const { index, cell, answer } of answerCells(notebook)) {
    const wrong = variant === undefined ? undefined : answer.wrong[variant];
    expected.set(answer.exercise, wrong?.reason);
    cells[index] = { ...cell, source: wrong?.source ?? answer.solution };
  }
  return { notebook: { ...notebook, cells }, mode, variant, expected };
}

/**
 * A learner's answers put into the teacher's notebook, so that nothing else in the submission (a changed check, a
 * deleted cell) counts.
 *
 * @returns the notebook to run, and the exercises for which the submission has no answer cell
 */
export function graftAnswers(
  original: Notebook,
  submission: Notebook,
): { notebook: Notebook; missing: AnswerMetadata[] } {
  const sources = new Map<string, string>();
  for (const { answer, cell } of answerCells(submission)) sources.set(answer.exercise, cell.source);
  const missing: AnswerMetadata[] = [];
  const cells = [...original.cells];
  for (const { index, cell, answer } of answerCells(original)) {
    const source = sources.get(answer.exercise);
    if (source === undefined) missing.push(answer);
    else cells[index] = { ...cell, source };
  }
  return { notebook: { ...original, cells }, missing };
}
