import {
  type AnswerMode,
  declaredParameters,
  fillAnswers,
  type FilledNotebook,
  injectParameters,
  isReleased,
  NotebookError,
  type Parameters,
  readNotebook,
} from '../ipynb';
import { type Judge } from '../judge';
import { type JupyterServer } from '../server';
import { type CellLimits } from './execute-cell';
import { runNotebook } from './notebook';
import { type CellResult, type Failure, type NotebookResult } from './types';

/** One run of one notebook, before it starts. */
export interface Task {
  /** The file, for reports. */
  path: string;
  /** The file whose folder is the kernel's working directory, default `path`. */
  home?: string;
  filled: FilledNotebook;
  /** Judges its answers outside of its kernel. */
  judge?: Judge | undefined;
}

/** Why a mode asks for no run of a notebook. */
const NOTHING_TO_TRY: Readonly<Record<AnswerMode, string>> = {
  'as-is': 'there is no cell to run',
  solutions: 'there is no cell to run',
  wrong: 'no exercise has a wrong answer to try',
  all: 'there is no exercise to try answers of',
};

/** Tasks, and the results of those files that cannot become one. */
export interface Plan {
  tasks: Task[];
  rejected: NotebookResult[];
}

/**
 * Reads the notebooks and fills them for a mode.
 *
 * @throws when no notebook declares one of the parameters; the message lists what they declare
 */
export async function planRuns(paths: readonly string[], mode: AnswerMode, parameters: Parameters): Promise<Plan> {
  const plan: Plan = { tasks: [], rejected: [] };
  const declared = new Set<string>();
  for (const path of paths) {
    try {
      const notebook = await readNotebook(path);
      if (mode !== 'as-is' && isReleased(notebook))
        throw new NotebookError(path, `a released copy holds no answers to run as "${mode}"; name its original.`);
      for (const name of declaredParameters(notebook).keys()) declared.add(name);
      const runs = fillAnswers(injectParameters(notebook, parameters), mode);
      if (runs.length === 0)
        plan.rejected.push(rejected(path, mode, { kind: 'nothing-ran', message: NOTHING_TO_TRY[mode] }));
      for (const filled of runs) plan.tasks.push({ path, filled });
    } catch (error) {
      if (!(error instanceof NotebookError)) throw error;
      plan.rejected.push(rejected(path, mode, { kind: 'invalid-notebook', message: error.message }));
    }
  }
  checkParameters(parameters, declared, plan.rejected.length < paths.length);
  return plan;
}

function checkParameters(parameters: Parameters, declared: Set<string>, readAny: boolean): void {
  const unknown = [...parameters.keys()].filter((name) => !declared.has(name));
  if (unknown.length === 0 || !readAny) return;
  const known = declared.size === 0 ? 'none' : [...declared].sort().join(', ');
  throw new Error(`No parameters cell declares ${unknown.join(', ')}; declared: ${known}.`);
}

/** The result of a notebook that did not start. */
export function rejected(path: string, mode: AnswerMode, failure: Failure): NotebookResult {
  return {
    path,
    mode,
    status: 'failed',
    failures: [failure],
    cells: [],
    checks: [],
    durationMs: 0,
    peakKernelBytes: null,
  };
}

export interface RunAllOptions {
  server: JupyterServer;
  limits: CellLimits;
  /** Notebooks at work at the same time. */
  jobs: number;
  signal: AbortSignal;
  onCell?: (task: Task, cell: CellResult, total: number, failure?: Failure) => void;
  /** The next notebook waits for what it gives. */
  onNotebook?: (result: NotebookResult) => void | Promise<void>;
}

/** Runs the tasks, `jobs` at a time; results in the tasks' order. Tasks that an interrupt leaves over have failed. */
export function runAll(tasks: readonly Task[], options: RunAllOptions): Promise<NotebookResult[]> {
  return inTurn(tasks, options.jobs, async (task) => {
    const result = options.signal.aborted ? notStarted(task) : await runTask(task, options);
    await options.onNotebook?.(result);
    return result;
  });
}

/** Does the work for each item, so many at the same time; what it gives in the items' order. */
export async function inTurn<T, R>(items: readonly T[], jobs: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, workOn));
  return results;
}

/** Runs one task. */
export function runTask(
  task: Task,
  { server, limits, signal, onCell }: Omit<RunAllOptions, 'jobs'>,
): Promise<NotebookResult> {
  const report = (cell: CellResult, total: number, failure?: Failure): void => onCell?.(task, cell, total, failure);
  const { path, home = path, judge } = task;
  return runNotebook(path, task.filled, { home, judge, server, limits, signal, onCell: report });
}

/** The result of a task that an interrupt left over. */
export function notStarted({ path, filled }: Pick<Task, 'path' | 'filled'>): NotebookResult {
  return rejected(path, filled.mode, { kind: 'interrupted', message: 'the run was interrupted before it started' });
}
