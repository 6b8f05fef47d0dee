import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { cleanQueue, queueEngine, runJobs } from 'scalable-inference-jobs';
import { identify, isRunning, parentOf } from '../../lib/inference/setup/system/processes.cjs';
import { redisProgram, TestRedis } from './support/redis';
import { kind as toy } from './support/toy';
import { JOBS, TestWorker } from './support/worker';

const title = redisProgram ? '' : ' (neither redis-server nor valkey-server is installed)';

/** Waits for something that must come; the test's time is the limit. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 50));
}

(redisProgram ? describe : describe.skip)(`what jobs leave behind${title}`, function () {
  this.timeout(60_000);
  let redis: TestRedis;
  let folder: string;
  let worker: TestWorker | undefined;
  before(async () => void (redis = await new TestRedis().start()));
  after(() => redis.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'behind-'));
    mkdirSync(path.join(folder, 'notes'));
  });
  afterEach(async () => {
    await worker?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('no process of a worker that was killed while the process was paused, and no run after clean', async () => {
    worker = new TestWorker(redis);
    const notes = path.join(folder, 'notes');
    const stop = new AbortController();
    const running = runJobs(
      toy,
      { jobs: 3, faults: { 1: 'stops once' }, notes },
      {
        folder: path.join(folder, 'results'),
        engine: queueEngine({ url: redis.url, password: redis.password }),
        signal: stop.signal,
        say: () => undefined,
      },
    );
    const ended = assert.rejects(running, /enough/);
    await until(() => existsSync(path.join(notes, 'stopped-1')));
    const pid = Number(/^1 (\d+)$/m.exec(readFileSync(path.join(notes, 'executed'), 'utf8'))?.[1]);
    const paused = identify(pid);
    assert.ok(isRunning(paused));
    assert.equal(parentOf(pid), worker.child.pid);
    await worker.end('SIGKILL');
    await until(() => !isRunning(paused));

    const address = { url: redis.url, password: redis.password, say: () => undefined };
    assert.deepEqual(await cleanQueue(address), [], 'a run that somebody waits for was removed');
    stop.abort(new Error('That is enough.'));
    await ended;
    const clean = async (...more: string[]): Promise<string> => {
      const env = { ...process.env, REDIS_PASSWORD: redis.password };
      const args = [JOBS, 'clean', '--queue', redis.url, ...more];
      return (await promisify(execFile)(process.execPath, args, { env })).stdout;
    };
    const before = await redis.keys();
    assert.ok(before.length > 0, 'there is nothing to clean');
    assert.match(
      await clean('--dry-run'),
      /^Would remove run \w+ \(toy\): no coordinator waits for it; \d results were not collected\.$/m,
    );
    assert.deepEqual((await redis.keys()).sort(), before.sort());
    assert.match(await clean(), /^Removed run \w+ \(toy\)/);
    assert.deepEqual(await redis.keys(), []);
    assert.match(await clean(), /^There is nothing to remove/);
  });
});
