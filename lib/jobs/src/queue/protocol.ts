import type { Redis } from 'ioredis';
import type { Json, RunInfo } from '../run';

/** In front of everything that is kept in Redis. */
export const PREFIX = 'scalable-inference';

/** A run as workers find it in Redis: what it is, and how it is worked on. */
export interface PostedRun extends RunInfo {
  /** A worker that has not renewed its lock on a job for so long is taken for gone, in ms. */
  readonly lockMs: number;
  /** Tries of a job that throws. */
  readonly tries: number;
  /** How often its worker may vanish. */
  readonly lostTries: number;
}

/** What a job of the queue holds. */
export interface QueueData {
  readonly id: string;
  readonly input: Json;
  readonly units: number;
}

/** What a worker gives back: a small part itself, in base64, or that it lies in the shared folder. */
export type QueueResult = { readonly part: string } | { readonly file: string };

/** Largest part that goes through Redis, which keeps it twice until the run is over; see `--shared`. */
export const MESSAGE_BYTES = 65_536;

/** What a worker says of itself to a run's coordinators. */
export interface WorkerNote {
  readonly name: string;
  readonly processes: number;
  /** Everything that differs; then it takes no work. */
  readonly differs?: string;
  readonly atMs: number;
}

const RUNS = `${PREFIX}:runs`;
const COORDINATOR_SECONDS = 15;
const workersKey = (id: string): string => `${PREFIX}:${id}:workers`;
const coordinatorsKey = (id: string): string => `${PREFIX}:${id}:coordinators`;

/** Name of the run's queue. */
export const queueName = (id: string): string => `run-${id}`;

/** What coordinators and workers tell each other beside the queue. */
export class NoticeBoard {
  constructor(private readonly redis: Redis) {}

  /** Shows a run, and that a coordinator waits for it; to be said again every few seconds. */
  async post(run: PostedRun, coordinator: string): Promise<void> {
    await this.redis
      .multi()
      .hset(RUNS, run.id, JSON.stringify(run))
      .hset(coordinatorsKey(run.id), coordinator, '')
      .set(`${coordinatorsKey(run.id)}:${coordinator}`, '', 'EX', COORDINATOR_SECONDS)
      .exec();
  }

  /** A coordinator goes; whether no other one waits for the run. */
  async leave(id: string, coordinator: string): Promise<boolean> {
    const key = coordinatorsKey(id);
    await this.redis.multi().hdel(key, coordinator).del(`${key}:${coordinator}`).exec();
    return !(await this.isAwaited(id));
  }

  /** Whether a coordinator waits for the run, `but` for one. */
  async isAwaited(id: string, but?: string): Promise<boolean> {
    const key = coordinatorsKey(id);
    for (const other of await this.redis.hkeys(key))
      if (other !== but && (await this.redis.exists(`${key}:${other}`)) > 0) return true;
    return false;
  }

  /** Removes all that is kept of a run but its queue; whether it was this call that did. */
  async remove(id: string): Promise<boolean> {
    const removed = await this.redis.hdel(RUNS, id);
    await this.redis.del(workersKey(id), coordinatorsKey(id));
    return removed === 1;
  }

  /** Removes what is left of the queue of a run that is over: a worker that was paused until then writes its settings anew. */
  async sweep(id: string): Promise<void> {
    const keys = await this.keys(`${PREFIX}:${queueName(id)}:*`);
    if (keys.length > 0) await this.redis.del(...keys);
  }

  /** The runs that have a queue, be they posted or not. */
  async queues(): Promise<string[]> {
    const name = new RegExp(`^${PREFIX}:${queueName('([0-9a-f]+)')}:`);
    const keys = await this.keys(`${PREFIX}:${queueName('*')}:*`);
    return [...new Set(keys.flatMap((key) => name.exec(key)?.[1] ?? []))];
  }

  private async keys(pattern: string): Promise<string[]> {
    const found: string[] = [];
    for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
      found.push(...keys);
      cursor = next;
    }
    return found;
  }

  async runs(): Promise<PostedRun[]> {
    return Object.values(await this.redis.hgetall(RUNS)).map((text) => JSON.parse(text) as PostedRun);
  }

  async isPosted(id: string): Promise<boolean> {
    return (await this.redis.hexists(RUNS, id)) === 1;
  }

  async note(id: string, note: WorkerNote): Promise<void> {
    await this.redis.hset(workersKey(id), note.name, JSON.stringify(note));
  }

  async erase(id: string, name: string): Promise<void> {
    await this.redis.hdel(workersKey(id), name);
  }

  /** What workers said in the last half minute. */
  async workers(id: string): Promise<WorkerNote[]> {
    const notes = Object.values(await this.redis.hgetall(workersKey(id))).map((text) => JSON.parse(text) as WorkerNote);
    const newestMs = Math.max(...notes.map(({ atMs }) => atMs));
    return notes.filter(({ atMs }) => newestMs - atMs < 30_000);
  }
}
