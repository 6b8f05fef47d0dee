import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import type { Queue } from 'bullmq';
import { decodePart, isDiskFull, LOST_TRIES, readPart, type EngineRun, type Job } from '../run';
import type { QueueData, QueueResult } from './protocol';

const BACKOFF_MS = 1000;
const BULK = 1000;
/** A part that a worker has put into the shared folder may be seen here a little later, as on NFS. */
const SHARED_WAIT_MS = 10_000;

/** Takes results of a queue into the run's folder. */
export class Collector {
  /** Jobs without a result that were not given up. */
  readonly left: Map<string, Job>;
  private readonly busy = new Set<string>();
  private broken: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly run: EngineRun,
    private readonly queue: Queue<QueueData>,
    private readonly shared: string | undefined,
  ) {
    this.left = new Map(run.jobs.map((job) => [job.id, job]));
  }

  get isOver(): boolean {
    if (this.broken) throw this.broken;
    return this.left.size === 0;
  }

  /** Puts jobs into the queue; those that are there already stay as they are. */
  async add(jobs: readonly Job[], suffix = ''): Promise<void> {
    for (let first = 0; first < jobs.length; first += BULK) {
      await this.queue.addBulk(
        jobs.slice(first, first + BULK).map(({ id, input, units }) => ({
          name: this.run.kind.name,
          data: { id, input, units },
          opts: { jobId: id + suffix, attempts: LOST_TRIES, backoff: { type: 'fixed', delay: BACKOFF_MS } },
        })),
      );
    }
  }

  /** Compares what is left with the queue: adds what is not there (it may have been lost), takes what has ended. */
  async sweep(): Promise<void> {
    const [completed, failed, open] = await Promise.all([
      this.queue.getRanges(['completed'], 0, -1),
      this.queue.getRanges(['failed'], 0, -1),
      this.queue.getRanges(['waiting', 'active', 'delayed', 'prioritized'], 0, -1),
    ]);
    const known = new Set([...completed, ...failed, ...open]);
    await this.add([...this.left.values()].filter(({ id }) => !known.has(id)));
    for (const id of [...completed, ...failed]) {
      const name = id.replace(/~again$/, '');
      if (!this.left.has(name) || this.busy.has(name)) continue;
      const job = await this.queue.getJob(id);
      if (job?.finishedOn === undefined || !job.finishedOn) continue;
      if (job.failedReason && !job.returnvalue) this.failed(name, job.failedReason);
      else this.completed(name, job.returnvalue);
    }
  }

  completed(id: string, result: unknown): void {
    if (!this.left.has(id) || this.busy.has(id)) return;
    this.busy.add(id);
    this.take(id, typeof result === 'string' ? (JSON.parse(result) as QueueResult) : (result as QueueResult)).then(
      () => this.settle(id),
      (error: Error) => {
        this.busy.delete(id);
        this.broken ??= isDiskFull(error)
          ? new Error(`There is no room for the result of ${id} (${error.message}): make some and run it again.`)
          : error;
        this.wake();
      },
    );
  }

  failed(id: string, reason: string): void {
    if (!this.left.has(id) || this.busy.has(id)) return;
    const lost = /stalled more than/.test(reason);
    this.run.onFailure(id, lost ? 'its worker was gone or paused every time it was tried' : reason);
    this.settle(id);
  }

  /** Returns at the next event, at the latest after a while. */
  async waitForNews(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      signal.addEventListener('abort', go);
      this.wake = () => (this.left.size === 0 || this.broken ? go() : undefined);
      this.wake();
    });
  }

  /** Removes the run's folder in the shared one. */
  async removeShared(): Promise<void> {
    if (this.shared !== undefined)
      await fs.rm(path.join(this.shared, this.run.info.id), { recursive: true, force: true });
  }

  private settle(id: string): void {
    this.left.delete(id);
    this.busy.delete(id);
    this.wake();
  }

  private async take(id: string, result: QueueResult): Promise<void> {
    const bytes =
      'part' in result ? decodePart(Buffer.from(result.part, 'base64')) : await this.fromShared(result.file);
    if (!bytes) throw new Error(`The result of ${id} came damaged: run it again.`);
    await this.run.onResult(id, bytes);
  }

  private async fromShared(file: string): Promise<Uint8Array | null> {
    if (this.shared === undefined)
      throw new Error('A worker has put a result into its --shared folder: name the same folder here with --shared.');
    const place = path.join(this.shared, this.run.info.id, path.basename(file));
    for (const startMs = performance.now(); ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      const bytes = await readPart(place);
      if (bytes) return bytes;
      if (performance.now() - startMs > SHARED_WAIT_MS)
        throw new Error(
          `${place} is not there, though a worker wrote it: let --shared be the same folder on all machines.`,
        );
    }
  }
}
