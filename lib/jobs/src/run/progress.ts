import type { Job } from './kind';

/** How far a run is. */
export interface Progress {
  /** Units done, those found from before included, and in all. */
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly jobsDone: number;
  readonly jobs: number;
  readonly workers: number;
  /** Units a second of all workers together since this run began; NaN before the first. */
  readonly perSecond: number;
  /** Seconds left at that rate; NaN before the first unit. */
  readonly secondsLeft: number;
}

/** Counts what is done, jobs in the middle included. */
export class ProgressCount {
  workers = 0;
  private readonly startMs = performance.now();
  private readonly total: number;
  private done: number;
  private fresh = 0;
  private jobsDone: number;
  private readonly begun = new Map<string, number>();

  constructor(
    private readonly unit: string,
    private readonly jobs: readonly Job[],
    stored: readonly Job[],
  ) {
    const sum = (list: readonly Job[]): number => list.reduce((total, { units }) => total + units, 0);
    this.total = sum(jobs);
    this.done = sum(stored);
    this.jobsDone = stored.length;
  }

  /** So many units of a job that still runs are done. */
  partly({ id, units }: Job, done: number): void {
    this.begun.set(id, Math.min(units, done));
  }

  /** A job is given up. */
  abandon({ id }: Job): void {
    this.begun.delete(id);
  }

  /** A job's result is there. */
  finish({ id, units }: Job): void {
    this.begun.delete(id);
    this.done += units;
    this.fresh += units;
    this.jobsDone++;
  }

  now(): Progress {
    const partly = [...this.begun.values()].reduce((sum, units) => sum + units, 0);
    const seconds = (performance.now() - this.startMs) / 1000;
    const perSecond = this.fresh + partly > 0 ? (this.fresh + partly) / seconds : NaN;
    const done = this.done + partly;
    return {
      done,
      total: this.total,
      unit: this.unit,
      jobsDone: this.jobsDone,
      jobs: this.jobs.length,
      workers: this.workers,
      perSecond,
      secondsLeft: (this.total - done) / perSecond,
    };
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

/** Progress in one line. */
function progressLine({ done, total, unit, jobsDone, jobs, workers, perSecond, secondsLeft }: Progress): string {
  const rate = Number.isNaN(perSecond) ? [] : [`${perSecond.toPrecision(3)} ${unit}/s`];
  const left = Number.isNaN(secondsLeft) || jobsDone === jobs ? [] : [`${duration(secondsLeft)} left`];
  const counts = [`${done} of ${total} ${unit}`, `${jobsDone} of ${plural(jobs, 'job')}`, plural(workers, 'worker')];
  return [...counts, ...rate, ...left].join(', ');
}

/** Writes progress to a terminal: one line that changes, or a line every five seconds where it is no terminal. */
export function progressWriter(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let lastMs = -Infinity;
  return (progress) => {
    const ended = progress.jobsDone === progress.jobs;
    if (stream.isTTY) return void stream.write(`\r\x1b[2K${progressLine(progress)}${ended ? '\n' : ''}`);
    if (!ended && performance.now() - lastMs < 5000) return;
    lastMs = performance.now();
    stream.write(`${progressLine(progress)}\n`);
  };
}
