import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  type FailedJobs,
  processEngine,
  queueEngine,
  runJobs,
  type Engine,
  type QueueOptions,
} from 'scalable-inference-jobs';
import { TestRedis } from '../support/redis';
import { kind as toy, plainLoop, type ToyRequest } from '../support/toy';
import { TestWorker } from '../support/worker';

/** A fault that cannot be made on this machine; the message says why. */
export class Skipped extends Error {}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const soon = (ms: number): Promise<void> => sleep(Math.random() * ms);

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

  executed(): number {
    return readFileSync(path.join(this.folder, 'notes/executed'), 'utf8').trim().split('\n').length;
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

const through = (redis: TestRedis, more: Partial<QueueOptions> = {}): Engine =>
  queueEngine({ url: redis.url, password: redis.password, lockMs: 1500, slowMs: 1000, ...more });

const signalled = (signal: NodeJS.Signals) => async (round: Round) => {
  const redis = await round.redis();
  const workers = [await round.join(redis), await round.join(redis), await round.join(redis)];
  const request = round.request();
  const running = round.run(request, through(redis));
  await workers[0].says(/Works on run/);
  for (const { child } of workers.slice(0, 2)) {
    await soon(400);
    child.kill(signal);
  }
  assert.deepEqual(await running, plainLoop(request));
};

/** What can go wrong, by name. */
export const FAULTS: Readonly<Record<string, (round: Round) => Promise<void>>> = {
  'killed process': async (round) => {
    const request = round.request();
    const pids: number[] = [];
    const running = round.run(request, processEngine({ workers: 2, onProcess: (pid) => pids.push(pid) }));
    while (pids.length < 2) await sleep(10);
    await soon(900);
    process.kill(pids[Math.floor(Math.random() * 2)], 'SIGKILL');
    assert.deepEqual(await running, plainLoop(request));
  },
  'slow or paused process': async (round) => {
    const request = round.request({ faults: { 15: 'stops once', 3: 'stops once' } });
    assert.deepEqual(await round.run(request, processEngine({ workers: 3, slowMs: 300 })), plainLoop(request));
  },
  'always fails': async (round) => {
    const redis = await round.redis();
    await round.join(redis);
    const request = round.request({ faults: { 5: 'throws' } });
    await assert.rejects(round.run(request, through(redis)), (error: FailedJobs) => {
      assert.deepEqual([...error.failures], [['job-5', 'this one always fails']]);
      return true;
    });
  },
  'killed worker': signalled('SIGKILL'),
  'worker paused past its lock': signalled('SIGSTOP'),
  'slow worker at the end': async (round) => {
    const redis = await round.redis();
    const workers = [await round.join(redis), await round.join(redis)];
    const request = round.request({ faults: { 15: 'stops once' } });
    assert.deepEqual(await round.run(request, through(redis)), plainLoop(request));
    assert.equal(workers.length, 2);
  },
  'server killed, with its file': async (round) => restarted(round, true),
  'server killed, all forgotten': async (round) => restarted(round, false),
  'two coordinators': async (round) => {
    const redis = await round.redis();
    await round.join(redis);
    const request = round.request({ ms: 20 });
    const both = await Promise.all(['one', 'two'].map((name) => round.run(request, through(redis), name)));
    assert.deepEqual(both, [plainLoop(request), plainLoop(request)]);
    assert.equal(round.executed(), request.jobs);
  },
  'another model': async (round) => {
    const redis = await round.redis();
    const other = new TestWorker(redis, [], { TOY_MODEL: 'another' });
    round.workers.push(other);
    await round.join(redis);
    const request = round.request();
    assert.deepEqual(await round.run(request, through(redis)), plainLoop(request));
    assert.ok(!/job/.test(other.said), other.said);
  },
  'full disk': async (round) => {
    const place = round.tiny(200_000);
    const request = round.request({ bytes: 50_000 });
    const folder = path.join(place, 'results');
    const run = runJobs(toy, request, { folder, engine: processEngine({ workers: 2 }), say: () => undefined });
    await assert.rejects(
      run,
      /There is no room for the result of job-\d+ \(.*ENOSPC.*\): make some and run it again\./,
    );
    execFileSync('mount', ['-o', 'remount,size=4m', place]);
    const again = await runJobs(toy, request, { folder, engine: processEngine({ workers: 2 }) });
    assert.deepEqual(again, plainLoop(request));
    assert.ok(round.executed() < 2 * request.jobs);
  },
  'result larger than a message': async (round) => {
    const redis = await round.redis();
    const shared = path.join(round.folder, 'shared');
    await round.join(redis, ['--shared', shared]);
    const request = round.request({ bytes: 300_000, jobs: 6 });
    assert.deepEqual(await round.run(request, through(redis, { shared })), plainLoop(request));
  },
  'password and TLS': async (round) => {
    const redis = await round.redis({ tls: true });
    const worker = await round.join(redis);
    const request = round.request();
    assert.deepEqual(await round.run(request, through(redis, { ca: redis.ca })), plainLoop(request));
    assert.ok(![worker.said, ...round.said].join().includes(redis.password));
  },
};

async function restarted(round: Round, appendOnly: boolean): Promise<void> {
  const redis = await round.redis({ appendOnly });
  const worker = await round.join(redis);
  const request = round.request();
  const running = round.run(request, through(redis));
  await worker.says(/Works on run/);
  await soon(600);
  await redis.kill();
  await soon(500);
  await redis.start();
  assert.deepEqual(await running, plainLoop(request));
}
