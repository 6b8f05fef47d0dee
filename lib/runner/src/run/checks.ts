import {
  answerCells,
  CHECK_MIME,
  CHECK_STATUSES,
  type CheckRecord,
  type CodeCell,
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
 * What the checks of an executed notebook said, against what the mode asks for: anything (`as-is`), `passed`
 * (`solutions`), `not-yet` for the stored reason (`wrong`). Only a record from the exercise's own check cell counts, and
 * of several the one with the fewest points, so that an answer cannot speak for its check. An exercise whose check
 * stays silent is never ok.
 */
export function judgeChecks(executed: Notebook, filled: FilledNotebook): CheckResult[] {
  const results = new Map<string, CheckResult>();
  for (const { answer } of answerCells(executed)) results.set(answer.exercise, silent(answer));
  executed.cells.forEach((cell, index) => {
    const exercise = hasTag(cell, TAGS.check) ? exerciseOf(cell) : undefined;
    if (cell.cell_type !== 'code' || exercise === undefined) return;
    const record = lowest(records(cell).filter((spoken) => spoken.exercise === exercise));
    if (!record) return void (results.has(exercise) || results.set(exercise, silent({ exercise })));
    const problem = disagreement(record, filled);
    results.set(exercise, {
      ...named(exercise, record.title ?? results.get(exercise)?.title),
      cell: index,
      record,
      ok: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
    });
  });
  return [...results.values()];
}

function named(exercise: string, title: string | undefined): Pick<CheckResult, 'exercise' | 'title'> {
  return title === undefined ? { exercise } : { exercise, title };
}

function silent({ exercise, title }: Pick<CheckResult, 'exercise' | 'title'>): CheckResult {
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
  return Number.isFinite(value.earned) && Number.isFinite(value.points) ? (value as unknown as CheckRecord) : undefined;
}

function disagreement(record: CheckRecord, { mode, expected }: FilledNotebook): string | undefined {
  if (mode === 'as-is' || !expected.has(record.exercise)) return undefined;
  const reason = expected.get(record.exercise);
  const why = record.reason === undefined ? '' : ` for the reason "${record.reason}"`;
  const said = `said "${record.status}"${why} (${record.message})`;
  if (reason === undefined) {
    const recorded = record.status === 'recorded' && RECORDED_KINDS.includes(record.kind);
    return record.status === 'passed' || recorded ? undefined : `the reference answer must pass, its check ${said}`;
  }
  if (record.status !== 'not-yet') return `the wrong answer must fail for the reason "${reason}", its check ${said}`;
  return record.reason?.includes(reason) === true
    ? undefined
    : `the wrong answer must fail for the reason "${reason}", its check ${said}`;
}
