import { type Attempt, type Cell, type CodeCell, exerciseOf, hasTag, isExecutable, TAGS } from '../ipynb';
import { judgeCheck, silent } from './checks';
import { type CellRun } from './execute-cell';
import { awaitedByNone, lateException } from './late';
import { type CellResult, type CheckResult, type Failure } from './types';

/** One answer that was tried, from its cell to its check. */
export interface AttemptRun {
  /** For people: `Q1, wrong answer 2`. */
  title: string;
  check: CheckResult;
  /** The cells that ran, with their places in the notebook. */
  runs: { index: number; cell: CodeCell; run: CellRun }[];
  durationMs: number;
  /** Whether the kernel can take the next cell: an answer that ends in an exception leaves it as it was. */
  goesOn: boolean;
}

/**
 * Tries the answers of one exercise in order.
 *
 * @param cells of the notebook, whose answer cell is at `at`
 * @returns whether the kernel can go on
 */
export async function tryAnswers(
  cells: readonly Cell[],
  at: number,
  attempts: readonly Attempt[],
  execute: (cell: CodeCell) => Promise<CellRun>,
  onAttempt: (tried: AttemptRun) => void,
): Promise<boolean> {
  for (const attempt of attempts) {
    const tried = await tryAnswer(cells, at, attempt, execute);
    onAttempt(tried);
    if (!tried.goesOn) return false;
  }
  return true;
}

/** For the line that is printed as an attempt ends; exceptions that come later are in {@link attemptFailures}. */
export function attemptResult(
  { title, check, runs, durationMs }: AttemptRun,
  index: number,
): Omit<CellResult, 'kernelBytes'> {
  const sound = check.ok && runs.every(({ run }) => run.failure === undefined);
  return { index, title, status: sound ? 'passed' : 'failed', durationMs };
}

/**
 * Runs one answer and the cells below it up to the exercise's check, and judges what the check said.
 */
async function tryAnswer(
  cells: readonly Cell[],
  at: number,
  attempt: Attempt,
  execute: (cell: CodeCell) => Promise<CellRun>,
): Promise<AttemptRun> {
  const exercise = exerciseOf(cells[at]) ?? '';
  const last = cells.findIndex(
    (cell, index) => index > at && hasTag(cell, TAGS.check) && exerciseOf(cell) === exercise,
  );
  const tried: AttemptRun = {
    title: `${exercise}, ${attempt.name}`,
    check: { ...silent({ exercise }), attempt: attempt.name },
    runs: [],
    durationMs: 0,
    goesOn: true,
  };
  for (let index = at; index <= Math.max(at, last) && tried.goesOn; index += 1) {
    const cell = index === at ? { ...cells[at], source: attempt.source } : cells[index];
    if (!isExecutable(cell)) continue;
    const run = await execute(cell);
    tried.runs.push({ index, cell, run });
    tried.durationMs += run.durationMs;
    tried.goesOn = run.goesOn || run.failure?.kind === 'cell-error';
    if (index !== last) continue;
    const spoken = { ...cell, outputs: run.outputs.outputs };
    tried.check = { ...judgeCheck(spoken, index, { exercise }, attempt.expected), attempt: attempt.name };
  }
  return tried;
}

/** What went wrong in the cells of an attempt, beside what its check said; at the end of the notebook, so that late exceptions show. */
export function attemptFailures({ title, runs }: AttemptRun): Failure[] {
  return runs.flatMap(({ index, cell, run }) => {
    const stderr = run.outputs.streamText('stderr');
    const late = lateException(stderr);
    const unnoticed =
      late === undefined ? undefined : ({ kind: 'late-exception', message: awaitedByNone(late), stderr } as const);
    const failure = run.failure ?? unnoticed;
    return failure ? [{ ...failure, cell: index, source: cell.source, message: `${title}: ${failure.message}` }] : [];
  });
}
