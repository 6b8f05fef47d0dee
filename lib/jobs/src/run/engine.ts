import type { Job, JobKind, Json } from './kind';
import type { RunInfo } from './folder';

/** A run as an engine gets it. */
export interface EngineRun {
  readonly info: RunInfo;
  readonly kind: JobKind<Json, unknown>;
  readonly unit: string;
  /** Those that still have no result. */
  readonly jobs: readonly Job[];
  readonly signal: AbortSignal;
  /** Where the part of a job lies in the run's folder. */
  fileOf(id: string): string;
  /**
   * A job's result is there; once or oftener for a job.
   *
   * @param bytes what is to be stored; a worker that sees the run's folder has stored it itself
   */
  onResult(id: string, bytes?: Uint8Array): Promise<void>;
  /** A job that is given up. */
  onFailure(id: string, reason: string): void;
  /** Units that a running job has done so far. */
  onUnits(id: string, units: number): void;
  onWorkers(count: number): void;
  /** A sentence for whoever waits. */
  say(sentence: string): void;
}

/** Who executes jobs. */
export interface Engine {
  readonly description: string;
  /**
   * Returns when each job has a result or was given up.
   *
   * @throws where none can go on: no room on the disk, a server that cannot be reached, an interrupt
   */
  execute(run: EngineRun): Promise<void>;
}

/** Tries of a job that throws; {@link LOST_TRIES} of one whose worker is gone. */
export const TRIES = 2;

/** How often the worker of a job may vanish before the job is taken for the cause. */
export const LOST_TRIES = 5;

/** A job that runs this many times as long as the median of the others is given to a second, idle worker. */
const SLOW = 3;

/** Whether a job that runs for so long should be given to an idle worker too. */
export function isSlow(runningMs: number, finishedMs: readonly number[], leastMs: number): boolean {
  if (runningMs < leastMs || finishedMs.length === 0) return false;
  const sorted = [...finishedMs].sort((a, b) => a - b);
  return runningMs > SLOW * sorted[Math.floor(sorted.length / 2)];
}
