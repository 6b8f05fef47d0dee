import {
  answerCells,
  CHECK_MIME,
  CHECK_STATUSES,
  type CheckRecord,
  type CodeCell,
  type Expectation,
  exerciseOf,
  type FilledNotebook,
  hasTag,
  isObject,
  type Json,
  type Notebook,
  RECORDED_KINDS,
  TAGS,
} from '../ipynb';
import { type CheckResult } from './types';

/**
 * What the checks of an executed notebook said in the end, against what the mode asks for: anything (`as-is`), `passed`
 * (`solutions`, `all`), `not-yet` for the stored reason (`wrong`). Only a record from the exercise's own check cell counts, and
 * of several the one with the fewest points, so that an answer cannot speak for its check. An exercise whose check
 * stays silent is never ok.
 */
export function judgeChecks(executed: Notebook, filled: FilledNotebook): CheckResult[] {
  const results = new Map<string, CheckResult>();
  for (const { answer } of answerCells(executed)) results.set(answer.exercise, silent(answer));
  executed.cells.forEach((cell, index) => {
    const exercise = hasTag(cell, TAGS.check) ? exerciseOf(cell) : undefined;
    if (cell.cell_type !== 'code' || exercise === undefined) return;
    const result = judgeCheck(cell, index, results.get(exercise) ?? { exercise }, filled.expected.get(exercise));
    if (result.record || !results.has(exercise)) results.set(exercise, result);
  });
  return [...results.values()];
}

type Known = Pick<CheckResult, 'exercise' | 'title'>;

function named(exercise: string, title: string | undefined): Known {
  return title === undefined ? { exercise } : { exercise, title };
}

/** What one check cell said of its exercise, against what it must say (anything where nothing is expected). */
export function judgeCheck(
  cell: CodeCell,
  index: number,
  { exercise, title }: Known,
  expected?: Expectation,
): CheckResult {
  const record = lowest(records(cell).filter((spoken) => spoken.exercise === exercise));
  if (!record) return silent({ exercise, title });
  const problem = expected && disagreement(record, expected);
  return {
    ...named(exercise, record.title ?? title),
    cell: index,
    record,
    ok: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The result of a check that did not speak. */
export function silent({ exercise, title }: Known): CheckResult {
  return { ...named(exercise, title), ok: false, problem: 'its check did not say anything' };
}

function records(cell: CodeCell): CheckRecord[] {
  return cell.outputs.flatMap((output) => ('data' in output ? (readRecord(output.data[CHECK_MIME]) ?? []) : []));
}

function lowest(spoken: readonly CheckRecord[]): CheckRecord | undefined {
  return spoken.reduce<CheckRecord | undefined>(
    (low, record) => (low === undefined || record.earned < low.earned ? record : low),
    undefined,
  );
}

/** The record, or undefined when the value is none. */
function readRecord(value: Json | undefined): CheckRecord | undefined {
  if (!isObject(value) || value.version !== 1 || typeof value.exercise !== 'string') return undefined;
  if (!(CHECK_STATUSES as readonly unknown[]).includes(value.status)) return undefined;
  if (!Number.isFinite(value.earned) || !Number.isFinite(value.points)) return undefined;
  const { written, ...record } = value as unknown as CheckRecord;
  return isWritten(written) ? { ...record, written } : record;
}

function isWritten(value: unknown): value is NonNullable<CheckRecord['written']> {
  if (typeof value !== 'object' || value === null) return false;
  const { text, rubric, ticks } = value as { text?: unknown; rubric?: unknown; ticks?: unknown };
  return typeof text === 'string' && isListOf('string', rubric) && isListOf('number', ticks);
}

function isListOf(type: string, value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

const MUST: Readonly<Record<Expectation['status'], string>> = {
  passed: 'the reference answer must pass',
  unanswered: 'the answer cell as it is must count as unanswered',
  'not-yet': 'the wrong answer must fail',
};

function disagreement(record: CheckRecord, expected: Expectation): string | undefined {
  if (agrees(record, expected)) return undefined;
  const why = record.reason === undefined ? '' : ` for the reason "${record.reason}"`;
  const must = expected.status === 'not-yet' ? ` for the reason "${expected.reason}"` : '';
  return `${MUST[expected.status]}${must}, its check said "${record.status}"${why} (${record.message})`;
}

function agrees({ status, kind, reason }: CheckRecord, expected: Expectation): boolean {
  switch (expected.status) {
    case 'passed':
      return status === 'passed' || (status === 'recorded' && RECORDED_KINDS.includes(kind));
    case 'unanswered':
      return status === 'unanswered';
    case 'not-yet':
      return status === 'not-yet' && reason?.includes(expected.reason) === true;
  }
}
