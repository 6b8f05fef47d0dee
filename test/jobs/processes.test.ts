import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FailedJobs, planJobs, processEngine, runJobs, type Progress } from 'scalable-inference-jobs';
import { kind as toy, plainLoop, type ToyRequest } from './support/toy';

describe('jobs on processes of this machine', function () {
  this.timeout(60_000);
  let folder: string;
  let request: ToyRequest;
  const said: string[] = [];
  const say = (sentence: string): void => void said.push(sentence);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'jobs-'));
    mkdirSync(path.join(folder, 'notes'));
    request = { jobs: 12, notes: path.join(folder, 'notes') };
    said.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const results = (): string => path.join(folder, 'results');
  const executed = (): number[] =>
    readFileSync(path.join(folder, 'notes/executed'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[0]));

  it('give what a plain loop gives, each job once, whatever the number of workers', async () => {
    for (const workers of [1, 3]) {
      rmSync(results(), { recursive: true, force: true });
      writeFileSync(path.join(folder, 'notes/executed'), '');
      const joined = await runJobs(toy, request, { folder: results(), engine: processEngine({ workers }), say });
      assert.deepEqual(joined, plainLoop(request));
      assert.deepEqual(
        executed().sort((a, b) => a - b),
        Array.from({ length: 12 }, (_, i) => i),
      );
    }
    assert.deepEqual(said, []);
  });

  it('name a job that always fails, do the rest, and try only that one again', async () => {
    const failing = { ...request, faults: { 5: 'throws' as const } };
    const run = runJobs(toy, failing, { folder: results(), engine: processEngine({ workers: 2 }), say });
    await assert.rejects(run, (error: FailedJobs) => {
      assert.ok(error instanceof FailedJobs);
      assert.deepEqual([...error.failures], [['job-5', 'this one always fails']]);
      assert.match(
        error.message,
        /^1 of 12 jobs failed; the others are kept in .*results.*\n {2}job-5: this one always/,
      );
      return true;
    });
    assert.equal(readdirSync(path.join(results(), 'parts')).length, 11);
    assert.equal(executed().filter((index) => index === 5).length, 2);
    const { left } = await planJobs(toy, failing, { folder: results() });
    assert.deepEqual(
      left.map(({ id }) => id),
      ['job-5'],
    );
  });

  it('go on where a worker ends in the middle; a job that ends every worker is named', async () => {
    const faults = { 3: 'exits once', 7: 'exits' } as const;
    const engine = processEngine({ workers: 2 });
    await assert.rejects(
      runJobs(toy, { ...request, faults }, { folder: results(), engine, say }),
      (error: FailedJobs) => {
        assert.deepEqual([...error.failures.keys()], ['job-7']);
        assert.match(error.failures.get('job-7')!, /^ended its worker 5 times: ended with code 3$/);
        return true;
      },
    );
    assert.ok(
      said.some((line) => /^The worker of job-3 is gone \(ended with code 3\): another one takes it\.$/.test(line)),
    );
    assert.equal(readdirSync(path.join(results(), 'parts')).length, 11);
  });

  it('give the job of a paused worker to an idle one, and end the paused one', async () => {
    const faults = { 11: 'stops once' } as const;
    const pids: number[] = [];
    const engine = processEngine({ workers: 2, slowMs: 300, onProcess: (pid) => pids.push(pid) });
    const joined = await runJobs(toy, { ...request, faults }, { folder: results(), engine, say });
    assert.deepEqual(joined, plainLoop(request));
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/);
    const left = readdirSync(tmpdir()).filter((name) => pids.some((pid) => name.includes(`inference-${pid}-`)));
    assert.deepEqual(left, [], 'the paused one had a temporary folder');
  });

  it('go on with what is left after an interrupt, and compute a damaged result anew', async () => {
    const stop = new AbortController();
    const engine = processEngine({ workers: 1 });
    const slow = { ...request, ms: 30 };
    const onProgress = ({ jobsDone }: Progress): void => void (jobsDone >= 4 && stop.abort(new Error('interrupted')));
    const options = { folder: results(), engine, say };
    await assert.rejects(runJobs(toy, slow, { ...options, signal: stop.signal, onProgress }), /^Error: interrupted$/);
    // Beside a file that the killed worker may just have been writing.
    const kept = readdirSync(path.join(results(), 'parts')).filter((name) => /^job-\d+\.part$/.test(name));
    assert.ok(kept.length >= 4 && kept.length < 12, kept.join());
    const damaged = path.join(results(), 'parts', kept[0]);
    writeFileSync(damaged, readFileSync(damaged).subarray(0, 50));
    writeFileSync(path.join(folder, 'notes/executed'), '');
    const seen: Progress[] = [];
    assert.deepEqual(await runJobs(toy, slow, { ...options, onProgress: (p) => seen.push(p) }), plainLoop(request));
    assert.equal(executed().length, 12 - kept.length + 1);
    const last = seen.at(-1)!;
    assert.deepEqual([last.done, last.total, last.jobsDone, last.unit], [120, 120, 12, 'steps']);
    assert.ok(last.perSecond > 0 && seen[0].done >= 10 * (kept.length - 1));
  });

  it('refuse a folder of another run, naming what differs, and leave it as it was', async () => {
    await runJobs(toy, request, { folder: results(), engine: processEngine({ workers: 1 }), say });
    const before = readFileSync(path.join(results(), 'run.json'), 'utf8');
    const other = runJobs(toy, { ...request, model: 'another' }, { folder: results(), engine: processEngine(), say });
    await assert.rejects(
      other,
      /results are of another run|are of another run: .*model \(there: the same, here: another\)/,
    );
    assert.equal(readFileSync(path.join(results(), 'run.json'), 'utf8'), before);
    writeFileSync(path.join(folder, 'notes/more'), '');
    const taken = runJobs(toy, request, { folder: path.join(folder, 'notes'), engine: processEngine(), say });
    await assert.rejects(
      taken,
      /holds other files \(executed, more\) and no run\.json: name an empty or new folder\.$/,
    );
  });

  it('plan without executing or writing', async () => {
    const plan = await planJobs(toy, request, { folder: results() });
    assert.deepEqual([plan.jobs.length, plan.left.length, plan.unit], [12, 12, 'steps']);
    assert.deepEqual(readdirSync(folder), ['notes']);
    assert.deepEqual(readdirSync(path.join(folder, 'notes')), []);
  });

  it('let a second coordinator of one folder wait, say so, and find all done', async () => {
    const slow = { ...request, ms: 50 };
    const one = runJobs(toy, slow, { folder: results(), engine: processEngine({ workers: 1 }), say });
    const two = runJobs(toy, slow, { folder: results(), engine: processEngine({ workers: 1 }), say });
    assert.deepEqual(await Promise.all([one, two]), [plainLoop(slow), plainLoop(slow)]);
    assert.equal(executed().length, 12);
    assert.match(said.join('\n'), /^Waiting for process \d+ on .*, which works on .*results\.$/);
  });
});
