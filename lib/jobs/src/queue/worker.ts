import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { withTemporaryFolder } from 'scalable-inference/files';
import { shareMachine, type ResourceOptions } from '../local';
import { connect, publicAddress, type QueueAddress } from './address';
import { Attendance } from './attendance';
import { loadQueuePackages } from './load';
import { NoticeBoard, PREFIX, queueName, type PostedRun, type QueueData } from './protocol';

/** Options of {@link work}. */
export interface WorkerOptions extends QueueAddress, ResourceOptions {
  /** Files of the kinds of work that it takes, by name. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Folder that coordinators see too: results larger than a message go through it. */
  readonly shared?: string;
  /** Ends when nothing is left to do, instead of waiting for more. Default false. */
  readonly once?: boolean;
  /** Finishes the jobs it has begun, then ends. */
  readonly signal?: AbortSignal;
  /** Told what it does and waits for. */
  readonly say: (sentence: string) => void;
}

const POLL_MS = 1000;

/**
 * Takes work from a queue until it is stopped. For each run it compares versions, model and data with the coordinator's
 * first, and says what differs instead of taking work from it.
 *
 * @throws where the server cannot be reached at the start, or there is no room for a result
 */
export async function work(options: WorkerOptions): Promise<void> {
  const redis = await connect(options, options.say);
  try {
    await withTemporaryFolder((folder) => new QueueWorker(options, redis, folder).run());
  } finally {
    redis.disconnect();
  }
}

class QueueWorker {
  private readonly name = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
  private readonly board: NoticeBoard;
  /** Runs that are not for this worker. */
  private readonly refused = new Set<string>();
  private readonly signal: AbortSignal;

  constructor(
    private readonly options: WorkerOptions,
    private readonly redis: Redis,
    private readonly folder: string,
  ) {
    this.board = new NoticeBoard(redis);
    this.signal = options.signal ?? new AbortController().signal;
  }

  async run(): Promise<void> {
    const { say, once = false } = this.options;
    const shares = shareMachine(this.options);
    say(`${this.name}: ${shares.length} at a time, waiting for work at ${publicAddress(this.options)}.`);
    while (!this.signal.aborted) {
      const run = await this.pick();
      if (!run && once) return;
      if (!run) await sleep(POLL_MS, undefined, { signal: this.signal }).catch(() => undefined);
      else await this.attend(run, shares);
    }
  }

  private async attend(run: PostedRun, shares: ReturnType<typeof shareMachine>): Promise<void> {
    const { kinds, shared, say } = this.options;
    const attendance = new Attendance({
      run,
      shares,
      shared,
      say,
      name: this.name,
      redis: this.redis,
      folder: this.folder,
    });
    const differs = await attendance.open(kinds.get(run.kind));
    if (differs !== '') {
      this.refused.add(run.id);
      say(`Takes no work from run ${run.id} (${run.kind}); it differs in: ${differs}.`);
      return;
    }
    say(`Works on run ${run.id} (${run.kind}).`);
    const done = await attendance.work(async () => {
      if (this.signal.aborted || !(await this.board.isPosted(run.id))) return true;
      if ((await this.waiting(run)) > 0) return false;
      return this.options.once === true || (await this.pick(run.id)) !== undefined;
    });
    say(`Run ${run.id}: ${done} job${done === 1 ? '' : 's'} done here.`);
  }

  /** A run that has work for this worker, `but` for one. */
  private async pick(but?: string): Promise<PostedRun | undefined> {
    for (const run of await this.board.runs()) {
      if (run.id === but || this.refused.has(run.id)) continue;
      if ((await this.waiting(run)) > 0) return run;
    }
    return undefined;
  }

  /** Jobs of a run that wait for a worker, or may again. */
  private async waiting({ id }: PostedRun): Promise<number> {
    const { bullmq } = loadQueuePackages();
    const queue: Queue<QueueData> = new bullmq.Queue(queueName(id), {
      connection: this.redis,
      prefix: PREFIX,
      skipMetasUpdate: true, // it only looks
    });
    queue.on('error', () => undefined);
    try {
      return await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
    } finally {
      await queue.close();
    }
  }
}
