import {
  answerCells, CHECK_MIME, CHECK_STATUSES, CheckRecord, exerciseOf, FilledNotebook, hasTag, isObject, Json, Notebook, RECORDED_KINDS, TAGS,
} from '../notebook';
import { CheckResult } from './types';

interface Found {
  cell: number;
  record: CheckRecord;
}

/**
 * What the checks of an executed notebook said, against what the mode asks for: anything (`as-is`), `passed`
 * (`solutions`), `not-yet` for the stored reason (`wrong`). An exercise whose check stays silent is never ok.
 */
export function judgeChecks(executed: Notebook, filled: FilledNotebook): CheckResult[] {
  const found = new Map<string, Found>();
  executed.cells.forEach((cell, index) => {
    if (cell.cell_type !== 'code') return;
    for (const output of cell.outputs) {
      const record = 'data' in output ? readRecord(output.data[CHECK_MIME]) : undefined;
      if (record) found.set(record.exercise, { cell: index, record });
    }
  });
  return [...exercises(executed), ...[...found.keys()].filter((id) => !exercises(executed).has(id))].map((exercise) => {
    const spoke = found.get(exercise);
    const problem = spoke ? disagreement(spoke.record, filled) : 'its check did not say anything';
    return { exercise, ...spoke, ok: problem === undefined, problem };
  });
}

/** Exercises that the notebook declares, by answer and check cells. */
function exercises(notebook: Notebook): Set<string> {
  const ids = new Set(answerCells(notebook).map(({ answer }) => answer.exercise));
  for (const cell of notebook.cells) {
    const id = hasTag(cell, TAGS.check) ? exerciseOf(cell) : undefined;
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

/** The record, or undefined when the value is none. */
function readRecord(value: Json | undefined): CheckRecord | undefined {
  if (!isObject(value) || value.version !== 1 || typeof value.exercise !== 'string') return undefined;
  if (!(CHECK_STATUSES as readonly unknown[]).includes(value.status)) return undefined;
  return value as unknown as CheckRecord;
}

function disagreement(record: CheckRecord, { mode, expected }: FilledNotebook): string | undefined {
  if (mode === 'as-is' || !expected.has(record.exercise)) return undefined;
  const reason = expected.get(record.exercise);
  const said = `said "${record.status}"${record.reason === undefined ? '' : ` for the reason "${record.reason}"`} (${record.message})`;
  if (reason === undefined) {
    const recorded = record.status === 'recorded' && RECORDED_KINDS.includes(record.kind);
    return record.status === 'passed' || recorded ? undefined : `the reference answer must pass, its check ${said}`;
  }
  if (record.status !== 'not-yet') return `the wrong answer must fail for the reason "${reason}", its check ${said}`;
  return record.reason?.includes(reason) === true ? undefined : `the wrong answer must fail for the reason "${reason}", its check ${said}`;
}
