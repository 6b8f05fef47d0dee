import { type Cell, type CodeCell, exerciseOf, hasTag, TAGS } from '../ipynb';
import { callSource, type Judge, shownAnswer, takeSource, type Verdict, type Wire } from '../judge';
import { type CellRun } from './execute-cell';
import { type Failure } from './types';

/** What came of an answer that was judged outside of its kernel. */
export interface Outside {
  /** Index of the check cell below which it was taken. */
  cell: number;
  verdict?: Verdict;
  /** Why there is no verdict. */
  problem?: string;
  /** What ended the kernel while it was asked. */
  failure?: Omit<Failure, 'cell'>;
}

/** The exercise that is judged outside once this cell has run. */
export function judgedAt(cell: Cell, judge: Judge | undefined): string | undefined {
  const exercise = hasTag(cell, TAGS.check) ? exerciseOf(cell) : undefined;
  return exercise !== undefined && judge?.judged.has(exercise) ? exercise : undefined;
}

/** The kernel can run nothing more. */
class KernelEnded extends Error {
  constructor(readonly failure: CellRun['failure']) {
    super(failure?.message);
  }
}

/**
 * Takes an answer out of the learner's kernel and has it judged. The kernel is asked what was handed over and what its
 * functions give for the judge's arguments; it never hears what came of it.
 */
export async function judgeOutside(
  exercise: string,
  cell: number,
  judge: Judge,
  execute: (cell: CodeCell) => Promise<CellRun>,
): Promise<Outside> {
  const run = async (source: string): Promise<Wire> => {
    const asked = await execute({ cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null });
    if (!asked.goesOn && asked.failure?.kind !== 'cell-error') throw new KernelEnded(asked.failure);
    if (asked.failure?.kind === 'cell-error')
      throw new Error(`What was handed over cannot be asked for: ${asked.failure.message}`);
    return shownAnswer(asked.outputs.outputs);
  };
  // A kernel runs one cell at a time, and after an error refuses for a moment what comes next.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (source: string): Promise<Wire> => {
    const next = queue.then(() => run(source));
    queue = next.catch(() => undefined);
    return next;
  };
  try {
    const answer = await inTurn(takeSource(exercise, judge.judged.get(exercise) as string));
    const call = (found: number, args: readonly Wire[]): Promise<Wire> => inTurn(callSource(exercise, found, args));
    return { cell, verdict: await judge.judge(exercise, answer, call) };
  } catch (error) {
    if (!(error instanceof KernelEnded)) return { cell, problem: (error as Error).message };
    return { cell, problem: error.message, ...(error.failure ? { failure: error.failure } : {}) };
  }
}
