import { isRecord } from '../files';
import { CHECK_STATUSES } from '../ipynb';

/** Points for one exercise of one submission. */
export interface Grade {
  /** Path of the submission below the graded folder. */
  submission: string;
  exercise: string;
  /** What is done in it; empty where the notebook does not tell. */
  title: string;
  topic: string;
  /**
   * What the check said last; `no record` when it never spoke, `tampered` when it then let a wrong answer pass as well.
   */
  status: 'passed' | 'not-yet' | 'unanswered' | 'recorded' | 'no record' | 'tampered';
  points: number;
  /** Whether its points are counted apart. */
  optional: boolean;
  earned: number;
  /** Why not all points. */
  reason: string;
  /** Of a text: what was written. */
  text?: string;
  /** Of a text: its rubric, a line each, those ticked that its writer ticked. */
  rubric?: string;
  /** Points that a reader gave, read back from an earlier table. */
  mark?: number;
}

const STATUSES: readonly unknown[] = [...CHECK_STATUSES, 'no record', 'tampered'];

const isUpTo = (value: unknown, most: number): boolean => typeof value === 'number' && value >= 0 && value <= most;

/** Whether a value read from a file is a grade. */
export function isGrade(value: unknown): value is Grade {
  if (!isRecord(value)) return false;
  const { points, earned, optional, status, text, rubric, mark } = value;
  const named = ['submission', 'exercise', 'title', 'topic', 'reason'].every((name) => typeof value[name] === 'string');
  const isTextOrNone = (each: unknown): boolean => each === undefined || typeof each === 'string';
  return (
    named &&
    STATUSES.includes(status) &&
    isUpTo(points, Number.MAX_SAFE_INTEGER) &&
    isUpTo(earned, points as number) &&
    typeof optional === 'boolean' &&
    isTextOrNone(text) &&
    isTextOrNone(rubric) &&
    (mark === undefined || isUpTo(mark, points as number))
  );
}
