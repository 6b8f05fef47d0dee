import {
  type AnswerMetadata,
  answerCells,
  type Attempt,
  exerciseOf,
  graftAnswers,
  type Grafted,
  type Notebook,
  RECORDED_KINDS,
} from '../ipynb';
import { type CheckResult, type Failure, type NotebookResult } from '../run';
import { judgedGrade } from './outside';
import { type Grade } from './types';
import { toRead } from './written';

/** A submission made ready to run. */
export interface Prepared {
  /** The notebook to run: the teacher's with the learner's answers, or the submission itself. */
  grafted: Grafted;
  /** Exercises to grade. */
  exercises: AnswerMetadata[];
  /** By index of an answer cell: what is tried there to see whether its check can still be believed. */
  attempts: Map<number, Attempt[]>;
  /** The same with the answers to some exercises left out, by why they were. */
  without(dropped: ReadonlyMap<string, string>): Prepared;
  dropped: ReadonlyMap<string, string>;
}

/** Names of the attempts of {@link prepareSubmission}. */
const OWN = 'the answer';
const WRONG = 'a wrong answer';

/**
 * Puts the answers of a submission into the teacher's notebook where there is one, so that only answers count and a
 * learner's change to a check, to points or to any other cell does not. Each answer that is not merely recorded is tried,
 * then one of the wrong answers that the teacher's notebook holds, which its check must refuse, then the answer again.
 */
export function prepareSubmission(
  submission: Notebook,
  original: Notebook | undefined,
  dropped: ReadonlyMap<string, string> = new Map(),
): Prepared {
  const teacher = original ?? submission;
  const grafted = graftAnswers(teacher, submission, new Set(dropped.keys()));
  const answered = answerCells(grafted.notebook).filter(({ index }) => grafted.owners.has(index));
  return {
    grafted,
    exercises: answerCells(teacher).map(({ answer }) => answer),
    attempts: original
      ? new Map(answered.flatMap(({ index, cell, answer }) => attemptsAt(index, cell.source, answer)))
      : new Map(),
    without: (more) => prepareSubmission(submission, original, more),
    dropped,
  };
}

function attemptsAt(index: number, source: string, { kind = 'code', wrong }: AnswerMetadata): [number, Attempt[]][] {
  const chosen = wrong[Math.floor(Math.random() * wrong.length)];
  if (RECORDED_KINDS.includes(kind) || chosen === undefined) return [];
  const own: Attempt = { name: OWN, source, expected: { status: 'passed' } };
  return [
    [index, [own, { name: WRONG, source: chosen.source, expected: { status: 'not-yet', reason: chosen.reason } }]],
  ];
}

/** Failures after which a kernel runs nothing more. */
const FATAL: readonly Failure['kind'][] = ['timeout', 'output-limit', 'memory-limit', 'kernel-died'];

/**
 * The exercise whose answer ended a run, with why; undefined where none did. A cell that the learner did not write is
 * ended by the last answer that it uses.
 */
export function culprit({ grafted }: Prepared, { failures, executed }: NotebookResult): [string, string] | undefined {
  const fatal = failures.find(({ kind }) => FATAL.includes(kind));
  if (fatal?.cell === undefined) return undefined;
  const answered = new Set(grafted.owners.values());
  const cell = executed?.cells[fatal.cell];
  const used = [...(cell?.source.matchAll(/\.([A-Za-z]\w*)\.\w+\(/g) ?? [])]
    .map(([, id]) => id)
    .filter((id) => answered.has(id));
  const own = cell && exerciseOf(cell);
  const exercise = grafted.owners.get(fatal.cell) ?? (own !== undefined && answered.has(own) ? own : used.at(-1));
  return exercise === undefined ? undefined : [exercise, `cell ${fatal.cell + 1}: ${fatal.kind}: ${fatal.message}`];
}

/**
 * Points of one submission, exercise by exercise. The teacher's notebook says how many there are.
 *
 * @param outside exercises that earn only what a judge outside of the learner's kernel gave them
 */
export function gradeResult(
  submission: string,
  prepared: Prepared,
  result: NotebookResult,
  outside?: ReadonlyMap<string, unknown>,
): Grade[] {
  const stopped = result.failures.find(({ kind }) => kind !== 'check' && kind !== 'cell-error');
  return prepared.exercises.map(({ exercise, title = '', kind, points = 1, optional = false }) => {
    const spoken = result.checks.filter((check) => check.exercise === exercise);
    const record = (
      spoken.find(({ attempt }) => attempt === OWN) ?? spoken.find(({ attempt }) => attempt === undefined)
    )?.record;
    const grade = { submission, exercise, title, optional, topic: record?.topic ?? '', points, earned: 0 };
    const absent = prepared.grafted.missing.some((answer) => answer.exercise === exercise);
    const dropped = prepared.dropped.get(exercise);
    if (absent) return { ...grade, status: 'no record', reason: 'the submission has no answer cell for it' };
    if (dropped !== undefined) return { ...grade, status: 'not-yet', reason: dropped };
    if (outside?.has(exercise)) {
      const judged = result.outside?.get(exercise);
      if (!judged) return { ...grade, status: 'no record', reason: silence(stopped) };
      const cell = placeOf(prepared, exercise) ?? judged.cell;
      const failure = failureOf(prepared, exercise, result);
      const note = prepared.grafted.notes.get(exercise);
      return { ...grade, ...judgedGrade(judged, { record, cell, points, note, failure }) };
    }
    if (!record) return { ...grade, status: 'no record', reason: silence(stopped) };
    const fooled = fooledCheck(spoken);
    if (fooled !== undefined) return { ...grade, status: 'tampered', reason: fooled };
    if (record.written) return { ...grade, status: record.status, ...toRead(record.written) };
    if (kind === 'text') return { ...grade, status: record.status, reason: record.message };
    const share = record.points > 0 ? Math.max(0, Math.min(record.earned / record.points, 1)) : 0;
    const earned = Math.round(share * points * 100) / 100;
    const reasons = [
      prepared.grafted.notes.get(exercise),
      earned < points ? (failureOf(prepared, exercise, result) ?? record.message) : undefined,
    ];
    return { ...grade, status: record.status, earned, reason: reasons.filter(Boolean).join('; ') };
  });
}

/** Why a check that passed is not believed; undefined where it is. */
function fooledCheck(spoken: readonly CheckResult[]): string | undefined {
  const passed = (name: string): boolean =>
    spoken.some(({ attempt, record }) => attempt === name && record !== undefined && record.earned > 0);
  if (!passed(OWN) || !passed(WRONG)) return undefined;
  return 'after this answer its check lets a wrong answer pass too: something in the submission changed it';
}

/** Index of the last cell that belongs to an answer. */
function placeOf({ grafted }: Prepared, exercise: string): number | undefined {
  return [...grafted.owners].filter(([, owner]) => owner === exercise).at(-1)?.[0];
}

/** The exception that an answer's own cells ended in. */
function failureOf({ grafted }: Prepared, exercise: string, { failures }: NotebookResult): string | undefined {
  return failures.find(
    ({ kind, cell }) => kind === 'cell-error' && cell !== undefined && grafted.owners.get(cell) === exercise,
  )?.message;
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

function silence(stopped: Failure | undefined): string {
  if (!stopped) return 'its check did not say anything';
  const place = stopped.cell === undefined ? '' : ` at cell ${stopped.cell + 1}`;
  return `the run stopped${place}: ${stopped.kind}: ${stopped.message}`;
}
