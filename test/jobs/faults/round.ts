import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runJobs, type Engine } from 'scalable-inference-jobs';
import { TestRedis } from '../support/redis';
import { kind as toy, type ToyRequest } from '../support/toy';
import { TestWorker } from '../support/worker';

/** A fault that cannot be made on this machine; the message says why. */
export class Skipped extends Error {}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** After a time at random. */
export const soon = (ms: number): Promise<void> => sleep(Math.random() * ms);

/** One round of a fault: a folder, a server where one is asked for, workers; all gone at its end. */
export class Round {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  readonly said: string[] = [];
  readonly workers: TestWorker[] = [];
  private readonly servers: TestRedis[] = [];
  private readonly mounted: string[] = [];

  constructor() {
    mkdirSync(path.join(this.folder, 'notes'));
  }

  request(more: Partial<ToyRequest> = {}): ToyRequest {
    return { jobs: 16, ms: 60, notes: path.join(this.folder, 'notes'), ...more };
  }

  async redis(options: ConstructorParameters<typeof TestRedis>[0] = {}): Promise<TestRedis> {
    const redis = new TestRedis(options);
    this.servers.push(redis);
    return redis.start();
  }

  async join(redis: TestRedis, ...more: string[][]): Promise<TestWorker> {
    const worker = new TestWorker(redis, more.flat(), { REDIS_CA: redis.ca });
    this.workers.push(worker);
    await worker.says(/waiting for work/);
    return worker;
  }

  run(request: ToyRequest, engine: Engine, name = 'results'): Promise<Buffer> {
    const say = (sentence: string): void => void this.said.push(sentence);
    return runJobs(toy, request, { folder: path.join(this.folder, name), engine, say });
  }

  /** A line for each job that began: its number and process. */
  noted(): string {
    return readFileSync(path.join(this.folder, 'notes/executed'), 'utf8').trim();
  }

  executed(): number {
    return this.noted().split('\n').length;
  }

  /** Waits until a job has made a note. */
  async isNoted(name: string): Promise<void> {
    while (!existsSync(path.join(this.folder, 'notes', name))) await sleep(20);
  }

  /** A file system of so many bytes. */
  tiny(bytes: number): string {
    const place = path.join(this.folder, 'tiny');
    mkdirSync(place);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', place], { stdio: 'pipe' });
    } catch {
      throw new Skipped('no right to mount a small file system');
    }
    this.mounted.push(place);
    return place;
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
    await Promise.all(this.servers.map((server) => server.stop()));
    for (const place of this.mounted) execFileSync('umount', ['-l', place]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
