import { randomUUID } from 'node:crypto';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { isSlow, LOST_TRIES, TRIES, type Engine, type EngineRun, type Job } from '../run';
import { connect, optionsOf, publicAddress, sayOutages, type QueueAddress } from './address';
import { Collector } from './collect';
import { loadQueuePackages } from './load';
import { NoticeBoard, PREFIX, queueName, type PostedRun, type QueueData } from './protocol';

/** Options of {@link queueEngine}. */
export interface QueueOptions extends QueueAddress {
  /** Folder that workers with `--shared` see too: results larger than a message go through it. */
  shared?: string;
  /** A worker that gives no sign for so long has lost its job to another, in ms. Default 30,000. */
  lockMs?: number;
  /** How long a job runs at least before it counts as slow and an idle worker gets it too, in ms. Default 30,000. */
  slowMs?: number;
}

const BEAT_MS = 2000;
const NO_WORKER_MS = 10_000;
const LAST_MS = 20_000;
/** In the name of a job that was put into the queue a second time because its worker is slow. */
const AGAIN = '~again';

/** Executes jobs on whatever workers join a queue in Redis or Valkey, through BullMQ. */
export function queueEngine(options: QueueOptions): Engine {
  loadQueuePackages();
  return {
    description: `the workers at ${publicAddress(options)}`,
    execute: async (run) => {
      const redis = await connect(options, run.say);
      try {
        await new QueueRun(run, options, redis).execute();
      } finally {
        redis.disconnect();
      }
    },
  };
}

/** One coordinator of a run in a queue. */
class QueueRun {
  private readonly connections: Redis[];
  private readonly name = randomUUID();
  private readonly board: NoticeBoard;
  private readonly posted: PostedRun;
  private readonly queue: Queue<QueueData>;
  private readonly events: QueueEvents;
  private readonly collector: Collector;
  private readonly began = new Map<string, number>();
  private readonly finishedMs: number[] = [];
  private readonly again = new Set<string>();
  private readonly refusals = new Set<string>();
  private workers = 0;
  private aloneSinceMs = performance.now();

  constructor(
    private readonly run: EngineRun,
    private readonly options: QueueOptions,
    redis: Redis,
  ) {
    const { bullmq, ioredis } = loadQueuePackages();
    const { lockMs = 30_000, shared } = options;
    this.board = new NoticeBoard(redis);
    this.posted = { ...run.info, lockMs, tries: TRIES, lostTries: LOST_TRIES };
    const name = queueName(run.info.id);
    const events = new ioredis.Redis(optionsOf(options));
    sayOutages(events, options, () => undefined); // the other connection says it
    this.queue = new bullmq.Queue(name, { connection: redis, prefix: PREFIX, streams: { events: { maxLen: 2000 } } });
    this.events = new bullmq.QueueEvents(name, { connection: events, prefix: PREFIX });
    this.queue.on('error', () => undefined);
    this.events.on('error', () => undefined);
    this.collector = new Collector(run, this.queue, shared);
    this.connections = [events];
  }

  async execute(): Promise<void> {
    const { signal } = this.run;
    try {
      await this.events.waitUntilReady();
      this.listen();
      await this.board.post(this.posted, this.name);
      if (!(await this.board.isAwaited(this.posted.id, this.name))) await this.forgetFailures();
      while (!this.collector.isOver) {
        signal.throwIfAborted();
        await this.beat();
        await this.collector.waitForNews(BEAT_MS, signal);
      }
      await this.hearWorkers(); // a short run ends before the next beat would tell who took no work
      await this.end();
    } catch (error) {
      if (signal.aborted)
        this.run.say('Interrupted: workers go on with what is in the queue; the same command collects it.');
      throw error;
    } finally {
      await this.close();
    }
  }

  private listen(): void {
    this.events.on('active', ({ jobId }) => void this.began.set(jobId, performance.now()));
    this.events.on('progress', ({ jobId, data }) => this.run.onUnits(plain(jobId), Number(data)));
    this.events.on('completed', ({ jobId, returnvalue }) => {
      const startMs = this.began.get(jobId);
      if (startMs !== undefined) this.finishedMs.push(performance.now() - startMs);
      this.collector.completed(plain(jobId), returnvalue);
    });
    this.events.on('failed', ({ jobId, failedReason }) => this.collector.failed(plain(jobId), failedReason));
  }

  /** What an earlier coordinator saw fail is tried again. */
  private async forgetFailures(): Promise<void> {
    for (const id of await this.queue.getRanges(['failed'], 0, -1)) await this.queue.remove(id);
  }

  /** What is done every few seconds: be there, put in what is missing, take what events did not tell. */
  private async beat(): Promise<void> {
    await this.board.post(this.posted, this.name);
    await this.collector.sweep();
    await this.hearWorkers();
    await this.repeatSlow();
  }

  private async hearWorkers(): Promise<void> {
    const notes = await this.board.workers(this.posted.id);
    for (const { name, differs } of notes) {
      if (differs === undefined || this.refusals.has(name + differs)) continue;
      this.refusals.add(name + differs);
      this.run.say(`${name} takes no work; it differs in: ${differs}.`);
    }
    const ready = notes.filter(({ differs }) => differs === undefined);
    this.workers = ready.reduce((sum, { processes }) => sum + processes, 0);
    this.run.onWorkers(this.workers);
    if (this.workers > 0) this.aloneSinceMs = performance.now();
    if (performance.now() - this.aloneSinceMs < NO_WORKER_MS) return;
    this.aloneSinceMs = performance.now();
    this.run.say(
      `No worker has joined yet: start one with npx scalable-inference-jobs worker --queue ${publicAddress(this.options)}.`,
    );
  }

  /** Puts slow jobs in a second time when nothing else waits: whichever is first counts. */
  private async repeatSlow(): Promise<void> {
    const { slowMs = 30_000 } = this.options;
    const { waiting = 0, active = 0 } = await this.queue.getJobCounts('waiting', 'active');
    if (waiting > 0 || active >= this.workers) return;
    const now = performance.now();
    for (const id of await this.queue.getRanges(['active'], 0, -1)) {
      const startMs = this.began.get(id);
      const job = this.collector.left.get(plain(id));
      if (!job || startMs === undefined || this.again.has(job.id)) continue;
      if (!isSlow(now - startMs, this.finishedMs, slowMs)) continue;
      this.again.add(job.id);
      await this.collector.add([job], AGAIN);
    }
  }

  /**
   * All results are here: the last coordinator takes the run out of Redis. One that was killed counts as there until its
   * sign has run out.
   */
  private async end(): Promise<void> {
    for (const startMs = performance.now(); !(await this.board.leave(this.posted.id, this.name));) {
      if (performance.now() - startMs > LAST_MS) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    if (!(await this.board.remove(this.posted.id))) return;
    await this.queue.obliterate({ force: true });
    await this.collector.removeShared();
  }

  private async close(): Promise<void> {
    await Promise.race([
      Promise.allSettled([this.board.leave(this.posted.id, this.name), this.events.close(), this.queue.close()]),
      new Promise((resolve) => setTimeout(resolve, 2000).unref()),
    ]);
    for (const each of this.connections) each.disconnect();
  }
}

/** The name of the job that an entry of the queue is for. */
const plain = (id: string): Job['id'] => (id.endsWith(AGAIN) ? id.slice(0, -AGAIN.length) : id);
