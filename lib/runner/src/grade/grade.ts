import { type AnswerMetadata, answerCells, type CheckRecord, graftAnswers, type Notebook } from '../ipynb';
import { type Failure, type NotebookResult } from '../run';
import { type Grade } from './types';

/** A submission made ready to run. */
export interface Prepared {
  /** The notebook to run: the teacher's with the learner's answers, or the submission itself. */
  notebook: Notebook;
  /** Exercises to grade. */
  exercises: AnswerMetadata[];
  /** Exercises without an answer cell in the submission. */
  missing: AnswerMetadata[];
}

/**
 * Puts the answers of a submission into the teacher's notebook where there is one, so that only answers count and a
 * learner's change to a check, to points or to any other cell does not.
 */
export function prepareSubmission(submission: Notebook, original: Notebook | undefined): Prepared {
  if (!original) return { notebook: submission, exercises: exercisesOf(submission), missing: [] };
  return { ...graftAnswers(original, submission), exercises: exercisesOf(original) };
}

function exercisesOf(notebook: Notebook): AnswerMetadata[] {
  return answerCells(notebook).map(({ answer }) => answer);
}

/** Points of one submission, exercise by exercise. */
export function gradeResult(submission: string, prepared: Prepared, result: NotebookResult): Grade[] {
  const stopped = result.failures.find(({ kind }) => kind !== 'check');
  return prepared.exercises.map(({ exercise, title = '', points = 1, optional = false }) => {
    const record = result.checks.find((check) => check.exercise === exercise)?.record;
    const about = { submission, exercise, title, optional };
    const absent = prepared.missing.some((answer) => answer.exercise === exercise);
    if (absent || !record) {
      const reason = absent ? 'the submission has no answer cell for it' : silence(stopped);
      return {
        ...about,
        topic: record?.topic ?? '',
        status: 'no record',
        points: record?.points ?? points,
        earned: 0,
        reason,
      };
    }
    // Ticks are the learner's own opinion: a text earns what its reader gives it.
    const earned = record.written ? 0 : Math.max(0, Math.min(record.earned, record.points));
    return {
      ...about,
      topic: record.topic,
      status: record.status,
      points: record.points,
      earned,
      reason: record.written ? toRead(record.written) : earned < record.points ? record.message : '',
    };
  });
}

const NO_EXERCISE: Pick<AnswerMetadata, 'exercise' | 'title' | 'points' | 'optional'> = { exercise: '-', points: 0 };

/** Grades of a submission that could not be run at all: no points, for one stated reason. */
export function gradeNothing(submission: string, exercises: readonly AnswerMetadata[], reason: string): Grade[] {
  const listed = exercises.length > 0 ? exercises : [NO_EXERCISE];
  return listed.map(({ exercise, title = '', points = 1, optional = false }) => ({
    submission,
    exercise,
    title,
    optional,
    topic: '',
    status: 'no record' as const,
    points,
    earned: 0,
    reason,
  }));
}

function toRead({ rubric, ticks }: NonNullable<CheckRecord['written']>): string {
  const own = ticks.length === 0 ? 'no line' : `${ticks.length === 1 ? 'line' : 'lines'} ${ticks.join(', ')}`;
  return `to be read; its writer ticked ${own} of ${rubric.length}`;
}

function silence(stopped: Failure | undefined): string {
  if (!stopped) return 'its check did not say anything';
  const place = stopped.cell === undefined ? '' : ` at cell ${stopped.cell + 1}`;
  return `the run stopped${place}: ${stopped.kind}: ${stopped.message}`;
}
