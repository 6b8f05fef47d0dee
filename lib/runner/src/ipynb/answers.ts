import { type AnswerCell, answerCells } from './cells';
import { type AnswerMode, type WrongAnswer } from './conventions';
import { type Notebook } from './types';

/**
 * What a check must say. `recorded` counts as `passed` for kinds that only record; `not-yet` counts as `unanswered`, as a
 * function that is still to be filled in can be called and gives something wrong.
 */
export type Expectation = { status: 'passed' | 'unanswered' } | { status: 'not-yet'; reason: string };

/** An answer that is tried before the one that stays. */
export interface Attempt {
  /** For people: `as it is`, `wrong answer 2`. */
  name: string;
  source: string;
  expected: Expectation;
}

/** A notebook with its answer cells filled, and what its checks must then say. */
export interface FilledNotebook {
  notebook: Notebook;
  mode: AnswerMode;
  /** Index of the wrong answers in `wrong` mode. */
  variant?: number;
  /** By exercise id. Empty for `as-is`, where checks may say anything. */
  expected: Map<string, Expectation>;
  /** Goes on with the next cell after one that ended in an exception, as for a submission, whose other answers count. */
  goesOnAfterErrors?: boolean;
  /** In `all` mode, by index of the answer cell: what is tried there first, in order. */
  attempts?: Map<number, Attempt[]>;
}

/**
 * The runs that a mode asks of a notebook: one for `as-is`, `solutions` and `all`, one for each index of wrong answers
 * for `wrong` (none when no exercise has any; none for `all` either where there is no exercise).
 */
export function fillAnswers(notebook: Notebook, mode: AnswerMode): FilledNotebook[] {
  if (mode === 'as-is') return [{ notebook, mode, expected: new Map() }];
  const answers = answerCells(notebook);
  if (mode === 'solutions') return [fill(notebook, mode)];
  if (mode === 'all' && answers.length === 0) return [];
  if (mode === 'all') return [{ ...fill(notebook, mode), attempts: new Map(answers.map(attemptsOf)) }];
  const variants = Math.max(0, ...answers.map(({ answer }) => answer.wrong.length));
  return Array.from({ length: variants }, (_, variant) => fill(notebook, mode, variant));
}

function fill(notebook: Notebook, mode: AnswerMode, variant?: number): FilledNotebook {
  const expected = new Map<string, Expectation>();
  const cells = [...notebook.cells];
  for (const { index, cell, answer } of answerCells(notebook)) {
    const wrong = variant === undefined ? undefined : answer.wrong[variant];
    expected.set(answer.exercise, wrong ? failing(wrong) : { status: 'passed' });
    cells[index] = { ...cell, source: wrong?.source ?? answer.solution };
  }
  return { notebook: { ...notebook, cells }, mode, variant, expected };
}

function attemptsOf({ index, cell, answer }: AnswerCell): [number, Attempt[]] {
  const asItIs: Attempt = { name: 'as it is', source: cell.source, expected: { status: 'unanswered' } };
  const wrong = answer.wrong.map((one, at) => ({
    name: `wrong answer ${at + 1}`,
    source: one.source,
    expected: failing(one),
  }));
  return [index, [asItIs, ...wrong]];
}

const failing = ({ reason }: WrongAnswer): Expectation => ({ status: 'not-yet', reason });
