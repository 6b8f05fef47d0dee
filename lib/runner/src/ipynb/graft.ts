import { answerCells, exerciseOf, hasTag, isExecutable } from './cells';
import { type AnswerMetadata, METADATA_KEY, TAGS } from './conventions';
import { isObject } from './read';
import { type Cell, type CodeCell, type Notebook } from './types';

/** A learner's answers in the teacher's notebook. */
export interface Grafted {
  notebook: Notebook;
  /** Exercises for which the submission has no answer cell. */
  missing: AnswerMetadata[];
  /** By index in the notebook: the exercise whose answer a cell of the learner belongs to. */
  owners: Map<number, string>;
  /** By exercise: what is unusual about its answer, as a sentence. */
  notes: Map<string, string>;
}

/** What the submission holds for one exercise. */
interface Answer {
  /** Cells of the learner's own above the answer, which it may need. */
  helpers: CodeCell[];
  /** The answer's cells in the submission's order; more than one where it was split or copied. */
  cells: CodeCell[];
}

/**
 * A learner's answers put into the teacher's notebook, so that nothing else in the submission (a changed check, a
 * deleted cell) counts. Code cells that the learner added run right before the answer below them. An answer in several
 * cells runs whole, in their order, except copies of the untouched cell, which never replace an answer.
 *
 * @param without exercises whose cells stay the teacher's, as if they had not been answered
 */
export function graftAnswers(
  original: Notebook,
  submission: Notebook,
  without: ReadonlySet<string> = new Set(),
): Grafted {
  const answers = answersOf(original, submission);
  const grafted: Grafted = { notebook: original, missing: [], owners: new Map(), notes: new Map() };
  const stubs = new Map(answerCells(original).map((each) => [each.index, each]));
  const cells: Cell[] = [];
  original.cells.forEach((cell, index) => {
    const stub = stubs.get(index);
    const exercise = stub?.answer.exercise ?? '';
    const answer = answers.get(exercise);
    if (stub && !answer) grafted.missing.push(stub.answer);
    if (!stub || !answer || without.has(exercise)) return void cells.push(cell);
    const written = answer.cells.filter(({ source }) => source.trim() !== stub.cell.source.trim());
    if (written.length > 1) grafted.notes.set(exercise, `answered in ${written.length} cells, which all ran, in order`);
    const last = written.at(-1) ?? stub.cell;
    for (const own of [...answer.helpers, ...written.slice(0, -1)]) {
      grafted.owners.set(cells.length, exercise);
      cells.push({ ...own, metadata: {} });
    }
    grafted.owners.set(cells.length, exercise);
    cells.push({ ...stub.cell, source: last.source });
  });
  return { ...grafted, notebook: { ...original, cells } };
}

function answersOf(original: Notebook, submission: Notebook): Map<string, Answer> {
  const given = new Set(original.cells.map(({ id }) => id));
  const sources = new Set(original.cells.map(({ source }) => source.trim()));
  const answers = new Map<string, Answer>();
  let helpers: CodeCell[] = [];
  for (const cell of submission.cells) {
    if (!isExecutable(cell)) continue;
    const exercise = hasTag(cell, TAGS.answer) ? exerciseOf(cell) : undefined;
    if (exercise !== undefined) {
      const answer = answers.get(exercise) ?? { helpers: [], cells: [] };
      answer.helpers.push(...helpers);
      answer.cells.push(cell);
      answers.set(exercise, answer);
      helpers = [];
    } else if (isOwn(cell) && !given.has(cell.id) && !sources.has(cell.source.trim())) helpers.push(cell);
  }
  return answers;
}

/** Whether a cell is neither part of an exercise nor set by a front end or the runner. */
function isOwn(cell: CodeCell): boolean {
  return (
    !isObject(cell.metadata[METADATA_KEY]) &&
    ![TAGS.parameters, TAGS.injectedParameters].some((tag) => hasTag(cell, tag))
  );
}
