import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import {
  type FailedJobs,
  processEngine,
  queueEngine,
  runJobs,
  type Engine,
  type QueueOptions,
} from 'scalable-inference-jobs';
import { identify, isRunning, parentOf } from '../../../lib/inference/setup/system/processes.cjs';
import type { TestRedis } from '../support/redis';
import { kind as toy, plainLoop } from '../support/toy';
import { TestWorker } from '../support/worker';
import { type Round, sleep, soon } from './round';

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

/** Waits until a process is gone; the round's time is the limit. */
async function gone(pid: number): Promise<void> {
  while (isRunning(identify(pid))) await sleep(100);
}

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
  'worker killed while its process is paused': async (round) => {
    const redis = await round.redis();
    await round.join(redis);
    await round.join(redis);
    const request = round.request({ faults: { 2: 'stops once' } });
    const running = round.run(request, through(redis));
    await round.isNoted('stopped-2');
    const paused = Number(/^2 (\d+)$/m.exec(round.noted())?.[1]);
    await soon(400);
    const parent = parentOf(paused);
    round.workers.find(({ child }) => child.pid === parent)?.child.kill('SIGKILL');
    assert.deepEqual(await running, plainLoop(request));
    await gone(paused);
  },
  'slow worker at the end': async (round) => {
    const redis = await round.redis();
    const workers = [await round.join(redis), await round.join(redis)];
    const request = round.request({ faults: { 15: 'stops once' } });
    assert.deepEqual(await round.run(request, through(redis)), plainLoop(request));
    assert.equal(workers.length, 2);
  },
  'server killed and its file kept': async (round) => restarted(round, true),
  'server killed and all forgotten': async (round) => restarted(round, false),
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
