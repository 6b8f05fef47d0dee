import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { type FailedJobs, queueEngine, runJobs, work, type QueueOptions } from 'scalable-inference-jobs';
import { redisProgram, TestRedis } from './support/redis';
import { kind as toy, plainLoop, type ToyRequest } from './support/toy';
import { TestWorker } from './support/worker';

const title = redisProgram ? '' : ' (neither redis-server nor valkey-server is installed)';

(redisProgram ? describe : describe.skip)(`jobs through a queue in Redis${title}`, function () {
  this.timeout(40_000);
  let redis: TestRedis;
  let folder: string;
  let request: ToyRequest;
  let workers: TestWorker[] = [];
  const said: string[] = [];
  const say = (sentence: string): void => void said.push(sentence);

  before(async () => void (redis = await new TestRedis().start()));
  after(() => redis.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'queue-'));
    mkdirSync(path.join(folder, 'notes'));
    request = { jobs: 12, notes: path.join(folder, 'notes') };
    said.length = 0;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.log([...said, ...workers.map((worker) => worker.said)].join('\n'));
    await Promise.all(workers.map((worker) => worker.end()));
    workers = [];
    rmSync(folder, { recursive: true, force: true });
  });

  const engine = (more: Partial<QueueOptions> = {}) =>
    queueEngine({ url: redis.url, password: redis.password, ...more });
  const join = (...args: ConstructorParameters<typeof TestWorker> extends [unknown, ...infer R] ? R : never) => {
    const worker = new TestWorker(redis, ...args);
    workers.push(worker);
    return worker;
  };
  const run = (options: { name?: string; asked?: ToyRequest; queue?: Partial<QueueOptions> } = {}) =>
    runJobs(toy, options.asked ?? request, {
      folder: path.join(folder, options.name ?? 'results'),
      engine: engine(options.queue),
      say,
    });
  const executed = (): number[] =>
    readFileSync(path.join(folder, 'notes/executed'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[0]));
  it('give what a plain loop gives, each job once, and leave nothing in Redis', async () => {
    const [first, second] = [join(), join(['--once'])];
    await second.says(/waiting for work/);
    assert.deepEqual(await run(), plainLoop(request));
    assert.deepEqual(
      executed().sort((a, b) => a - b),
      Array.from({ length: 12 }, (_, i) => i),
    );
    assert.deepEqual(await redis.keys(), []);
    await first.says(/Run \w+: \d+ jobs? done here\./);
    assert.deepEqual(said, []);
  });

  it('name a job that always fails, and one that ends every worker, and do the rest', async () => {
    join();
    const asked = { ...request, faults: { 2: 'throws', 4: 'exits', 6: 'exits once' } as const };
    await assert.rejects(run({ asked }), (error: FailedJobs) => {
      assert.deepEqual([...error.failures.keys()].sort(), ['job-2', 'job-4']);
      assert.equal(error.failures.get('job-2'), 'this one always fails');
      assert.match(error.failures.get('job-4')!, /^Its process is gone \(ended with code 3\)\.$/);
      return true;
    });
    assert.equal(executed().filter((index) => index === 2).length, 2);
    assert.equal(readdirSync(path.join(folder, 'results/parts')).length, 10);
    assert.deepEqual(await redis.keys(), []);
  });

  it('go to no worker with other versions or another model, which says what differs, as the coordinator does', async () => {
    const other = join([], { TOY_MODEL: 'another' });
    const running = run();
    await other.says(/Takes no work from run \w+ \(toy\); it differs in: model \(there: the same, here: another\)\./);
    assert.deepEqual(readdirSync(path.join(folder, 'notes')), []);
    join();
    assert.deepEqual(await running, plainLoop(request));
    assert.match(said.join('\n'), /takes no work; it differs in: model \(there: the same, here: another\)\./);
  });

  it('say so when no worker joins', async () => {
    const running = run();
    for (const startMs = performance.now(); said.length === 0 && performance.now() - startMs < 20_000;)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.match(
      said[0],
      /^No worker has joined yet: start one with npx .* worker --queue redis:\/\/127\.0\.0\.1:\d+\.$/,
    );
    join();
    await running;
  });

  it('are taken over from a worker that is killed, and from one that is paused past its lock', async () => {
    const asked = { ...request, ms: 200 };
    const [killed, paused] = [join(), join()];
    const running = run({ asked, queue: { lockMs: 1500 } });
    await Promise.all([killed.says(/Works on run/), paused.says(/Works on run/)]);
    killed.child.kill('SIGKILL');
    paused.child.kill('SIGSTOP');
    join();
    assert.deepEqual(await running, plainLoop(asked));
    paused.child.kill('SIGCONT');
    await paused.says(/Run \w+: \d+ jobs? done here\./);
  });

  it('of two coordinators are computed once, and both get all', async () => {
    const asked = { ...request, ms: 20 };
    join();
    const both = await Promise.all([run({ asked, name: 'one' }), run({ asked, name: 'two' })]);
    assert.deepEqual(both, [plainLoop(asked), plainLoop(asked)]);
    assert.equal(executed().length, 12);
    assert.deepEqual(await redis.keys(), []);
  });

  it('go through a shared folder where a result is larger than a message, and say what is missing without one', async () => {
    const asked = { ...request, jobs: 3, bytes: 200_000 };
    const alone = join();
    await assert.rejects(run({ asked }), /Its result of 200032 bytes is larger than a message \(65536\): .*--shared\./);
    await alone.end();
    const shared = path.join(folder, 'shared');
    join(['--shared', shared]);
    await assert.rejects(run({ asked }), /A worker has put a result into its --shared folder: name the same folder/);
    assert.deepEqual(await run({ asked, queue: { shared } }), plainLoop(asked));
    assert.deepEqual(readdirSync(shared), []);
  });

  it('refuse a wrong password, a dead server and an address that is none in one sentence without a secret', async () => {
    const attempt = (url: string, password?: string) =>
      runJobs(toy, request, {
        folder: path.join(folder, 'results'),
        engine: queueEngine({ url, ...(password === undefined ? {} : { password }) }),
        say,
      });
    await assert.rejects(
      attempt(redis.url, 'wrong!'),
      /does not let us in \(WRONGPASS\): give its password in REDIS_PASSWORD\.$/,
    );
    const wrong = redis.url.replace('//', '//someone:hidden@');
    await assert.rejects(attempt(wrong), (error: Error) => !/hidden|someone/.test(error.message));
    await assert.rejects(attempt('redis://:hidden@127.0.0.1:1'), (error: Error) => {
      assert.match(
        error.message,
        /^redis:\/\/127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\): start Redis or Valkey/,
      );
      return !error.message.includes('hidden');
    });
    await assert.rejects(
      attempt('http://hidden@host'),
      /--queue expects redis:\/\/, rediss:\/\/ or unix:\/\/, got http:/,
    );
    assert.ok(![...said].join().includes('hidden'));
  });

  it('work with TLS and a password in the URL, and refuse a certificate that is not trusted', async () => {
    const secure = await new TestRedis({ tls: true }).start();
    try {
      const options = { folder: path.join(folder, 'results'), say };
      const distrusted = queueEngine({ url: secure.urlWithPassword });
      await assert.rejects(
        runJobs(toy, request, { ...options, engine: distrusted }),
        /shows a certificate that is not trusted/,
      );
      const worker = new TestWorker(secure, [], { REDIS_CA: secure.ca });
      workers.push(worker);
      const engine = queueEngine({ url: secure.urlWithPassword, ca: secure.ca });
      assert.deepEqual(await runJobs(toy, request, { ...options, engine }), plainLoop(request));
      await worker.says(/waiting for work at rediss:\/\/127/);
      assert.ok(!worker.said.includes(secure.password));
    } finally {
      await secure.stop();
    }
  });

  it('outlive the server, which forgot nothing or everything', async () => {
    for (const appendOnly of [true, false]) {
      const own = await new TestRedis({ appendOnly }).start();
      try {
        const asked = { ...request, ms: 100, jobs: 20 };
        const worker = new TestWorker(own);
        workers.push(worker);
        const running = runJobs(toy, asked, {
          folder: path.join(folder, `results-${appendOnly}`),
          engine: queueEngine({ url: own.url, password: own.password, lockMs: 2000 }),
          say,
        });
        await worker.says(/Works on run/);
        await own.kill();
        await new Promise((resolve) => setTimeout(resolve, 500));
        await own.start();
        assert.deepEqual(await running, plainLoop(asked));
        assert.match(said.join('\n'), /is gone.*: trying again until it is back\.\n.* is back\./);
      } finally {
        await own.stop();
      }
    }
  });

  it('are given back when a worker is asked to stop, after the one it is at', async () => {
    const asked = { ...request, ms: 150 };
    const leaving = join();
    const running = run({ asked });
    await leaving.says(/Works on run/);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await leaving.end('SIGTERM');
    assert.match(leaving.said, /Finishing what was begun/);
    join();
    assert.deepEqual(await running, plainLoop(asked));
    assert.equal(executed().length, 12);
  });

  it('say which package is missing before anything is tried', async () => {
    const { loadQueuePackages } = await import('scalable-inference-jobs');
    const without = (name: string): unknown => {
      if (name === 'ioredis') throw Object.assign(new Error('not there'), { code: 'MODULE_NOT_FOUND' });
      return require(name);
    };
    assert.throws(
      () => loadQueuePackages(without),
      /^Error: A queue needs .* ioredis is missing: npm install bullmq ioredis\.$/,
    );
    await assert.rejects(work({ url: 'redis://127.0.0.1:1', kinds: new Map(), say }), /cannot be reached/);
    writeFileSync(path.join(folder, 'notes/executed'), '');
  });
});
