import { type AnswerMode, type CheckRecord, type Notebook } from '../ipynb';
import { type Outside } from './outside';

/** What can go wrong in a run. Each makes it fail. */
export type FailureKind =
  | 'invalid-notebook'
  | 'nothing-ran'
  | 'kernel-start'
  | 'cell-error'
  | 'not-run'
  | 'no-exception'
  | 'late-exception'
  | 'timeout'
  | 'output-limit'
  | 'output-lost'
  | 'memory-limit'
  | 'kernel-died'
  | 'server-died'
  | 'connection-lost'
  | 'check'
  | 'interrupted';

export interface Failure {
  kind: FailureKind;
  /** Index of the cell in the executed notebook, from 0; absent when no cell is to blame. */
  cell?: number;
  /** What happened, in one line. */
  message: string;
  /** The cell's source and what it printed (the end of it where it is long). */
  source?: string;
  stdout?: string;
  stderr?: string;
}

export type CellStatus = 'passed' | 'failed' | 'skipped' | 'not-run';

export interface CellResult {
  /** Index in the executed notebook, from 0. */
  index: number;
  id?: string;
  /** First line of the source that says something. */
  title: string;
  status: CellStatus;
  durationMs: number;
  /** The kernel's resident memory after the cell; null when not known. */
  kernelBytes: number | null;
}

/** One exercise after a run. */
export interface CheckResult {
  exercise: string;
  /** Its title, where the notebook tells it. */
  title?: string;
  /** In `all` mode: the answer that was tried before the reference answer, e.g. `wrong answer 2`. */
  attempt?: string;
  /** Index of the check cell that spoke last; undefined when none did. */
  cell?: number;
  /** The last record, undefined when the check never spoke. */
  record?: CheckRecord;
  /** Whether it said what the mode asks for. Always true in `as-is` mode when it spoke. */
  ok: boolean;
  /** Why not. */
  problem?: string;
}

/** What became of one notebook in one mode. */
export interface NotebookResult {
  /** The file, as given. */
  path: string;
  mode: AnswerMode;
  /** Index of the wrong answers, from 0, in `wrong` mode. */
  variant?: number;
  status: 'passed' | 'failed';
  failures: Failure[];
  cells: CellResult[];
  checks: CheckResult[];
  /** By exercise: what was judged outside of the kernel; where nothing was, nothing or empty. */
  outside?: ReadonlyMap<string, Outside>;
  durationMs: number;
  /** Largest kernel memory seen; null when not known. */
  peakKernelBytes: number | null;
  /** The notebook with its outputs; absent when it could not be read. */
  executed?: Notebook;
}
