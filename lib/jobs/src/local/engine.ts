import { differences, isSlow, LOST_TRIES, TRIES, type Engine, type EngineRun, type Job } from '../run';
import { shareMachine, type ResourceOptions } from './resources';
import { JobError, ProcessGone, WorkerProcess, type Variables } from './worker-process';

/** Options of {@link processEngine}. */
export interface ProcessOptions extends ResourceOptions {
  /** How long a job runs at least before it counts as slow and an idle worker gets it too, in ms. Default 10,000. */
  slowMs?: number;
  /** Told of every process as it starts. */
  onProcess?: (pid: number) => void;
}

/** Executes jobs on child processes of this machine: nothing to install, nothing to start. */
export function processEngine(options: ProcessOptions = {}): Engine {
  const shares = shareMachine(options);
  return {
    description: `${shares.length} process${shares.length === 1 ? '' : 'es'} of this machine`,
    execute: (run) => new LocalRun(run, options).execute(shares),
  };
}

interface Running {
  readonly job: Job;
  readonly startMs: number;
  workers: number;
}

/** One run on this machine. */
class LocalRun {
  private readonly waiting: Job[];
  private readonly running = new Map<string, Running>();
  private readonly settled = new Set<string>();
  private readonly tries = new Map<string, { threw: number; lost: number }>();
  private readonly finishedMs: number[] = [];
  private readonly processes = new Set<WorkerProcess>();
  private opened = 0;
  private readonly stopped = new AbortController();
  private quietSinceMs = performance.now();

  constructor(
    private readonly run: EngineRun,
    private readonly options: ProcessOptions,
  ) {
    this.waiting = [...run.jobs];
  }

  async execute(shares: readonly Variables[]): Promise<void> {
    const { signal, jobs } = this.run;
    const stop = (): void => this.stopped.abort(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    // A worker that computes (or is paused) answers nothing: all are ended from here.
    this.stopped.signal.addEventListener('abort', () => void this.endAll());
    const clock = setInterval(() => this.watch(), 1000);
    try {
      await Promise.all(shares.slice(0, jobs.length).map((share) => this.work(share)));
    } catch (error) {
      this.stopped.abort(error);
    } finally {
      clearInterval(clock);
      signal.removeEventListener('abort', stop);
      await this.endAll();
    }
    if (this.isOver) return;
    throw this.stopped.signal.reason;
  }

  private get isOver(): boolean {
    return this.settled.size === this.run.jobs.length;
  }

  private async endAll(): Promise<void> {
    await Promise.all([...this.processes].map((process) => process.end()));
  }

  /** One worker: a process, and another after it where it ends. */
  private async work(share: Variables): Promise<void> {
    for (let lost = 0; !this.isOver && !this.stopped.signal.aborted;) {
      const process = new WorkerProcess(this.run.kind.module, share);
      this.processes.add(process);
      this.options.onProcess?.(process.pid as number);
      try {
        await this.open(process);
        this.run.onWorkers(++this.opened);
        lost = 0;
        await this.workWith(process).finally(() => this.run.onWorkers(--this.opened));
      } catch (error) {
        if (this.isOver || this.stopped.signal.aborted) return;
        if (!(error instanceof ProcessGone) || ++lost === LOST_TRIES) throw error;
        this.run.say(`A worker is gone before it began (${error.message}): another one starts.`);
      } finally {
        await process.end();
        this.processes.delete(process);
      }
    }
  }

  private async open(process: WorkerProcess): Promise<void> {
    const { info } = this.run;
    const identity = await process.open(info.request);
    const own = Object.fromEntries(Object.keys(identity).map((name) => [name, info.identity[name]]));
    const differing = differences(own, identity);
    if (differing !== '') throw new Error(`A child process found something else than this one: ${differing}.`);
  }

  /** Gives a process one job after the other; returns when it is gone or nothing is left. */
  private async workWith(process: WorkerProcess): Promise<void> {
    while (!this.isOver && !this.stopped.signal.aborted) {
      const running = this.next();
      if (!running) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      try {
        await this.one(process, running);
      } catch (error) {
        if (error instanceof JobError) continue;
        return;
      } finally {
        if (--running.workers === 0) this.running.delete(running.job.id);
      }
    }
  }

  private next(): Running | undefined {
    const job = this.waiting.shift();
    const running = job ? { job, startMs: performance.now(), workers: 0 } : this.slowest();
    if (!running) return undefined;
    running.workers++;
    this.running.set(running.job.id, running);
    return running;
  }

  /** A job that runs far longer than others did: its worker may be paused, or its machine busy. */
  private slowest(): Running | undefined {
    const { slowMs = 10_000 } = this.options;
    const now = performance.now();
    return [...this.running.values()].find(
      ({ workers, startMs, job }) =>
        workers === 1 && !this.settled.has(job.id) && isSlow(now - startMs, this.finishedMs, slowMs),
    );
  }

  private async one(process: WorkerProcess, { job, startMs }: Running): Promise<void> {
    const { fileOf, onResult, onUnits } = this.run;
    try {
      await process.execute(job, fileOf(job.id), (units) => {
        this.quietSinceMs = performance.now();
        onUnits(job.id, units);
      });
    } catch (error) {
      if (!this.settled.has(job.id) && !this.stopped.signal.aborted) this.failed(job, error as Error);
      throw error;
    }
    this.quietSinceMs = performance.now();
    if (this.settled.has(job.id)) return;
    this.settled.add(job.id);
    this.finishedMs.push(performance.now() - startMs);
    await onResult(job.id);
    // A slow worker that was overtaken would hold up the end.
    if (this.isOver) void this.endAll();
  }

  private failed(job: Job, error: Error): void {
    const tries = this.tries.get(job.id) ?? { threw: 0, lost: 0 };
    this.tries.set(job.id, tries);
    const threw = error instanceof JobError;
    if (threw && error.diskFull)
      return this.stopped.abort(
        new Error(`There is no room for the result of ${job.id} (${error.message}): make some and run it again.`),
      );
    if (threw ? ++tries.threw < TRIES : ++tries.lost < LOST_TRIES) {
      if (!threw) this.run.say(`The worker of ${job.id} is gone (${error.message}): another one takes it.`);
      this.waiting.push(job);
      return;
    }
    this.settled.add(job.id);
    this.run.onFailure(job.id, threw ? error.message : `ended its worker ${tries.lost} times: ${error.message}`);
  }

  private watch(): void {
    const seconds = (performance.now() - this.quietSinceMs) / 1000;
    if (seconds < 60) return;
    this.quietSinceMs = performance.now();
    const names = [...this.running.keys()].slice(0, 3).join(', ');
    this.run.say(`No worker has said anything for a minute; at work: ${names}.`);
  }
}
