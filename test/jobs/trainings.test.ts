import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { processEngine, runJobs, type Progress } from 'scalable-inference-jobs';
import { trainings, type Trained, type Training, type TrainingsRequest } from 'scalable-inference-jobs/kinds';
import { redisProgram, TestRedis } from './support/redis';
import { jobs, TestWorker } from './support/worker';

const title = redisProgram ? '' : ' (neither redis-server nor valkey-server is installed)';
const ALONE = path.join(__dirname, 'support/alone.ts');
const run = promisify(execFile);

const SOURCE = { set: 'generated', count: 60, size: 28, channels: 1, style: 'digits', seed: 3 } as const;
const COMMON = { epochs: 2, batchSize: 20, learningRate: 0.05 } as const;
const distil = { temperature: 2, alpha: 0.5 } as const;
const TRAININGS: readonly Training[] = [
  { name: 'alone', seed: 0, ...COMMON },
  { name: 'distilled', seed: 1, ...COMMON, distil },
  { name: 'few', seed: 1, ...COMMON, distil, labels: 20 },
  { name: 'tried', seed: 0, ...COMMON, epochs: 1, distil, tries: true },
];

describe("a study's trainings in jobs", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), 'study-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...names: string[]): string => path.join(folder, ...names);
  const request = (cache: string): TrainingsRequest => ({
    ...{ student: 'lenet', teacher: { name: 'lenet', seed: 5 }, trainings: TRAININGS, cache: at(cache) },
    ...{ pictures: SOURCE, test: { ...SOURCE, split: 'test', count: 30 }, heldOut: 20, weights: true },
  });
  const engine = (workers: number) => processEngine({ workers, threads: 1 });

  it('are, weights included, those of a plain loop in one process, whatever the workers and after an interrupt', async () => {
    const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1' };
    const asked = JSON.stringify({ folder: at('loop'), source: SOURCE, trainings: TRAININGS });
    const { stdout } = await run(process.execPath, ['--import', 'tsx', ALONE, asked], { env, maxBuffer: 1e8 });
    const alone = JSON.parse(stdout.trim().split('\n').at(-1) as string) as unknown;
    const shown = (list: readonly Trained[]): unknown =>
      JSON.parse(JSON.stringify(list.map((each) => ({ ...each, weights: hexOf(each.weights) })))) as unknown;
    const options = { folder: at('run-3'), engine: engine(3) };
    assert.deepEqual(shown(await runJobs(trainings, request('three'), options)), alone);
    const stop = new AbortController();
    const onProgress = ({ jobsDone }: Progress): void => void (jobsDone >= 2 && stop.abort(new Error('interrupted')));
    const one = { folder: at('run-1'), engine: engine(1) };
    await assert.rejects(
      runJobs(trainings, request('one'), { ...one, signal: stop.signal, onProgress }),
      /^Error: interrupted$/,
    );
    const kept = readdirSync(at('run-1', 'parts')).length;
    assert.ok(kept >= 2 && kept < 4, String(kept));
    assert.deepEqual(shown(await runJobs(trainings, request('one'), one)), alone);
  });

  it('refuse what cannot be meant, and a worker with other threads', async () => {
    const asked = (more: Partial<TrainingsRequest>) =>
      runJobs(trainings, { ...request('refused'), ...more }, { folder: at('refused'), engine: engine(1) });
    await assert.rejects(asked({ trainings: [] }), /^Error: Expected at least one training, got none\.$/);
    const { teacher: _, ...untaught } = request('refused');
    await assert.rejects(
      runJobs(trainings, untaught, { folder: at('refused'), engine: engine(1) }),
      /^Error: The training distilled needs a teacher: name one\.$/,
    );
    await assert.rejects(asked({ heldOut: 0 }), /^Error: The try tried is judged by pictures kept aside: keep some/);
    await assert.rejects(asked({ threads: 2 }), /found something else than this one: threads \(there: 2, here: 1\)\.$/);
  });

  const study = (name: string, ...more: string[]): string[] => [
    ...['study', '--network', 'small_cnn', '--pictures', 'generated:40', '--test', '20', '--held-out', '10'],
    ...['--epochs', '1', '--sweep-epochs', '1', '--seeds', '0,1', '--temperatures', '1,4', '--alphas', '0.5'],
    ...['--batch-size', '20', '--cache', at('cache'), '--output', at(`${name}.json`), '--folder', at(name), ...more],
  ];

  it('make a study at the command line, planned before', async () => {
    const planned = await jobs(study('plan', '--dry-run'));
    assert.equal(planned.code, 0, planned.stderr);
    assert.match(planned.stdout, /^trainings: 2 jobs, 2 epochs; 2 jobs, 2 epochs left to do$/m);
    assert.match(
      planned.stdout,
      /^Then, with the best .*: alone-seed0, distilled-seed0, alone-seed1, distilled-seed1\.$/m,
    );
    assert.ok(!readdirSync(folder).some((name) => /plan|cache/.test(name)));
    const local = await jobs(study('local', '--workers', '2', '--students', at('students')));
    assert.equal(local.code, 0, local.stdout + local.stderr);
    assert.match(local.stdout, /local\.json holds 4 trainings\.$/m);
    assert.equal(readdirSync(at('students')).length, 4);
    for (const [more, said] of [
      [['--seeds', '0,0'], /^--seeds expects different numbers/m],
      [['--epochs', '0'], /^--epochs expects a whole number from 1/m],
      [['--teacher', 'x'], /^Name a network: --teacher DIR/m],
    ] as const) {
      const refused = await jobs(study('refused', ...more));
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, said);
    }
  });

  (redisProgram ? it : it.skip)(`go through a queue to the same bytes${title}`, async () => {
    const redis = await new TestRedis().start();
    const worker = new TestWorker(redis, ['--workers', '2', '--threads', '1']);
    try {
      const queued = await jobs(study('queued', '--queue', redis.url), { REDIS_PASSWORD: redis.password });
      assert.equal(queued.code, 0, queued.stdout + queued.stderr + worker.said);
      assert.equal(readFileSync(at('queued.json'), 'utf8'), readFileSync(at('local.json'), 'utf8'));
    } finally {
      await worker.end('SIGTERM');
      await redis.stop();
    }
  });
});

const hexOf = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('hex');
