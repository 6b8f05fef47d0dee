import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job as QueueJob, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { JobError, WorkerProcess, type Variables } from '../local';
import { differences, processIdentity, type Identity } from '../run';
import { loadQueuePackages } from './load';
import {
  MESSAGE_BYTES,
  NoticeBoard,
  PREFIX,
  queueName,
  type PostedRun,
  type QueueData,
  type QueueResult,
} from './protocol';

/** What a worker needs to work on a run. */
export interface AttendanceOptions {
  readonly run: PostedRun;
  readonly shares: readonly Variables[];
  readonly shared: string | undefined;
  readonly say: (sentence: string) => void;
  /** The worker's. */
  readonly name: string;
  readonly redis: Redis;
  /** A temporary folder. */
  readonly folder: string;
}

const NOTE_MS = 5000;
const LOOK_MS = 500;
/** BullMQ's close can wait for ever on a connection that its server's restart broke off. */
const CLOSE_MS = 5000;

/** The time a worker spends on one run: its processes, and the queue's client. */
export class Attendance {
  private readonly board: NoticeBoard;
  private readonly idle: WorkerProcess[] = [];
  private readonly processes = new Map<WorkerProcess, Variables>();
  private module = '';
  private active = 0;
  private done = 0;
  private full: Error | undefined;

  constructor(private readonly options: AttendanceOptions) {
    this.board = new NoticeBoard(options.redis);
  }

  /** Opens the run in every process; what differs from the coordinator, empty where nothing does. */
  async open(module: string | undefined): Promise<string> {
    const { run, shares } = this.options;
    let differs: string;
    if (module === undefined) differs = `kinds of work ('${run.kind}' is none that this worker knows: see --kinds)`;
    else {
      this.module = module;
      differs = differences(pick(run.identity, processIdentity()), processIdentity());
      if (differs === '') differs = (await Promise.all(shares.map((share) => this.start(share))))[0];
    }
    if (differs !== '') await this.end();
    await this.note(differs);
    return differs;
  }

  /** Works until `isOver` says so and nothing is at work; how many jobs it did. @throws where there is no room for a result */
  async work(isOver: () => Promise<boolean>): Promise<number> {
    const worker = this.client();
    const notes = setInterval(() => void this.note('').catch(() => undefined), NOTE_MS);
    try {
      while (!this.full && !(this.active === 0 && (await isOver()))) await sleep(LOOK_MS);
    } finally {
      clearInterval(notes);
      if (this.full) await this.end();
      await Promise.race([worker.close(), sleep(CLOSE_MS, undefined, { ref: false })]);
      await this.end();
      await this.board.erase(this.options.run.id, this.options.name);
      if (!(await this.board.isPosted(this.options.run.id))) await this.board.sweep(this.options.run.id);
    }
    if (this.full) throw this.full;
    return this.done;
  }

  private client(): Worker<QueueData, QueueResult> {
    const { bullmq } = loadQueuePackages();
    const { run, redis, say } = this.options;
    const worker = new bullmq.Worker<QueueData, QueueResult>(queueName(run.id), (job) => this.process(job), {
      connection: redis,
      prefix: PREFIX,
      concurrency: this.processes.size,
      lockDuration: run.lockMs,
      stalledInterval: run.lockMs,
      maxStalledCount: run.lostTries,
      drainDelay: 1,
    });
    worker.on('error', (error) => {
      // A job that went to another worker while this one was paused, or was lost with its server: the other's counts.
      if (/lock|Missing key|ECONN|Connection is closed/i.test(error.message)) return;
      say(`The queue's client says: ${error.message}`);
    });
    return worker;
  }

  private async process(job: QueueJob<QueueData, QueueResult>): Promise<QueueResult> {
    const process = this.idle.pop();
    if (!process || this.full) throw new Error('This worker takes no more work.');
    this.active++;
    try {
      const result = await this.execute(process, job);
      this.done++;
      this.idle.push(process);
      return result;
    } catch (error) {
      throw await this.afterFailure(process, job, error as Error);
    } finally {
      this.active--;
    }
  }

  private async execute(process: WorkerProcess, job: QueueJob<QueueData, QueueResult>): Promise<QueueResult> {
    const { run, shared, folder } = this.options;
    const name = `${path.basename(job.data.id)}.part`;
    const file = shared === undefined ? path.join(folder, name) : path.join(shared, run.id, name);
    await process.execute(job.data, file, (units) => void job.updateProgress(units).catch(() => undefined));
    const { size } = await fs.stat(file);
    if (size > MESSAGE_BYTES && shared !== undefined) return { file: name };
    const part = (await fs.readFile(file)).toString('base64');
    // A copy of the job on another worker may have written the same file: each reads it before it goes.
    if (shared === undefined) await fs.rm(file, { force: true });
    if (size > MESSAGE_BYTES)
      throw new JobError(
        `Its result of ${size} bytes is larger than a message (${MESSAGE_BYTES}): give workers and coordinator a folder in common with --shared.`,
        false,
      );
    return { part };
  }

  /** Puts a process in the place of one that is gone; the error that the queue is told. */
  private async afterFailure(process: WorkerProcess, job: QueueJob<QueueData>, error: Error): Promise<Error> {
    const { bullmq } = loadQueuePackages();
    const { run, say } = this.options;
    if (error instanceof JobError) {
      this.idle.push(process);
      if (error.diskFull)
        this.full ??= new Error(`There is no room for results here (${error.message}): this worker leaves.`);
      return error.diskFull || job.attemptsMade + 1 < run.tries ? error : new bullmq.UnrecoverableError(error.message);
    }
    const share = this.processes.get(process) ?? {};
    this.processes.delete(process);
    if (!this.full) {
      say(`The process of ${job.data.id} is gone (${error.message}): another one starts.`);
      const differs = await this.start(share);
      if (differs !== '') say(`It finds something else than before: ${differs}.`);
      if (this.processes.size === 0) this.full = new Error('No process of this worker is left: it leaves.');
    }
    return new Error(`Its process is gone (${error.message}).`);
  }

  /** Starts a process; what differs in it, empty where nothing does. */
  private async start(share: Variables, tries = this.options.run.lostTries): Promise<string> {
    const { run, say } = this.options;
    const process = new WorkerProcess(this.module, share);
    this.processes.set(process, share);
    try {
      const identity = { ...processIdentity(), ...(await process.open(run.request)) };
      const differs = differences(run.identity, identity);
      if (differs === '') this.idle.push(process);
      return differs;
    } catch (error) {
      this.processes.delete(process);
      await process.end();
      const { message } = error as Error;
      if (error instanceof JobError || tries <= 1) return `what can be opened (${message})`;
      say(`A process is gone before it began (${message}): another one starts.`);
      return this.start(share, tries - 1);
    }
  }

  private async note(differs: string): Promise<void> {
    const { run, name, shares } = this.options;
    const note = { name, processes: shares.length, atMs: Date.now(), ...(differs === '' ? {} : { differs }) };
    await this.board.note(run.id, note);
  }

  private async end(): Promise<void> {
    this.idle.length = 0; // a client that has not closed takes no job any more
    await Promise.all([...this.processes.keys()].map((process) => process.end()));
    this.processes.clear();
  }
}

/** The entries of one that the other has too. */
const pick = (from: Identity, names: Identity): Identity =>
  Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));
