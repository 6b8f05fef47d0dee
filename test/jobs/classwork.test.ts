import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Folder, notebook, runCli, tagged } from '../runner/support';
import { course, writeClass } from './support/class';
import { redisProgram, TestRedis } from './support/redis';
import { jobs, TestWorker } from './support/worker';

/** A report without what was measured. */
const untimed = (file: string): string => readFileSync(file, 'utf8').replace(/ time="[\d.]+"/g, '');

const title = redisProgram ? '' : ' (neither redis-server nor valkey-server is installed)';

describe('classwork in jobs', function () {
  this.timeout(300_000);
  const [originals, handedIn, out] = [new Folder(), new Folder(), new Folder()];
  let original: string;
  const at = (...names: string[]): string => path.join(out.path, ...names);
  const graded = (name: string, ...more: string[]): string[] => [
    ...['grade', handedIn.path, original, '--timeout', '30', '--folder', at(`run-${name}`), ...more],
    ...['--csv', at(`${name}.csv`), '--report', at(`${name}.xml`)],
  ];
  const same = (name: string): void => {
    assert.equal(readFileSync(at(`${name}.csv`), 'utf8'), readFileSync(at('alone.csv'), 'utf8'));
    assert.equal(untimed(at(`${name}.xml`)), untimed(at('alone.xml')));
  };

  before(async () => {
    original = writeClass(originals, handedIn);
    const reports = ['--csv', at('alone.csv'), '--report', at('alone.xml')];
    const alone = await runCli([original, '--grade', handedIn.path, '--timeout', '30', ...reports]);
    assert.equal(alone.code, 0, alone.stdout + alone.stderr);
  });
  after(() => [originals, handedIn, out].forEach((folder) => folder.remove()));

  it('plans submissions, and refuses what cannot be meant, without writing anything', async () => {
    const planned = await jobs(graded('plan', '--dry-run'));
    assert.equal(planned.code, 0, planned.stderr);
    assert.match(planned.stdout, /^submissions: 3 jobs, 3 submissions; 3 jobs, 3 submissions left to do$/m);
    assert.match(planned.stdout, /^ {2}isolated: (yes|no)$/m);
    assert.match(planned.stdout, /^ {2}n0002-bob_the_second_course\.ipynb: 1 submissions$/m);
    assert.deepEqual(
      readdirSync(out.path).filter((name) => name.includes('plan')),
      [],
    );
    for (const [args, said] of [
      [['grade'], /^The command grade needs the folder of the submissions\./],
      [['grade', originals.path, '--timeout', 'soon'], /^--timeout expects a number above 0, found "soon"\./],
      [['grade', at('nowhere')], /^--grade expects a folder: ENOENT/],
      [['notebooks', original, '--answers', 'some'], /^--answers expects as-is, solutions, wrong, all, found "some"\./],
    ] as const) {
      const refused = await jobs(args);
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, said);
    }
  });

  it('grades as one process does, byte for byte, and goes on with what is left', async () => {
    const first = await jobs(graded('jobs', '--workers', '2'));
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /^2 of 4 {2}bob, the second\/course\.ipynb: 2 of 4 points$/m);
    same('jobs');
    const table = readFileSync(at('jobs.csv'), 'utf8');
    assert.match(table, /ada\/course\.ipynb,A2,,t,passed,2,2,/);
    assert.match(table, /eve\/course\.ipynb,A2,,.*kernel-died/);
    assert.match(table, /mia\/course\.ipynb,A1,,,no record,0,2,/);
    // As an interrupt leaves it: of three results one is there.
    const parts = at('run-jobs', 'parts');
    const [kept, ...lost] = readdirSync(parts).sort();
    for (const name of lost) rmSync(path.join(parts, name));
    const before = readFileSync(path.join(parts, kept));
    const again = await jobs(graded('jobs', '--workers', '3'));
    assert.match(again.stderr, /3 of 3 submissions/);
    assert.deepEqual(readFileSync(path.join(parts, kept)), before);
    same('jobs');
    handedIn.write('ada/course.ipynb', course({ A1: 'ex.A1.answer(3);' }));
    const changed = await jobs(graded('jobs'));
    handedIn.write('ada/course.ipynb', course({ A1: 'ex.A1.answer(3);', A2: 'ex.A2.answer(4);' }));
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /are of another run: submissions \(there: [0-9a-f]{12}…, here: [0-9a-f]{12}…\)\./);
  });

  it('keeps the marks of an earlier table, and says what a submission changed that is not its own', async () => {
    const [folder, own] = [new Folder(), new Folder()];
    try {
      own.write('course.ipynb', course());
      const meddling = `require('fs').appendFileSync('${own.path}/course.ipynb', ' ');\nex.A1.answer(3);`;
      folder.write('max/course.ipynb', course({ A1: meddling }));
      const csv = at('marked.csv');
      writeFileSync(csv, 'submission,exercise,points,text,rubric,mark\r\nleft/course.ipynb,A9,2,words,,1\r\n');
      const args = ['grade', folder.path, `${own.path}/course.ipynb`, '--no-isolate', '--csv', csv];
      const ran = await jobs([...args, '--folder', at('run-marked'), '--workers', '1']);
      assert.equal(ran.code, 1, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /MEDDLED: .*course\.ipynb was changed while max\/course\.ipynb ran\./);
      assert.match(readFileSync(csv, 'utf8'), /left\/course\.ipynb,A9,.*,words,,1\r\n$/);
      assert.ok(existsSync(`${csv}.bak`));
    } finally {
      folder.remove();
      own.remove();
    }
  });

  it('executes notebooks as one process does, to the same files', async () => {
    const broken = originals.write('broken.ipynb', notebook(['const a = 1;', "throw new Error('no');", 'a;']));
    const sum = originals.write('sum.ipynb', notebook([tagged([], '1 + 2')]));
    const files = [original, broken, originals.write('none.ipynb', '{'), sum];
    const outputs = (name: string): string[] => ['--out', at(name), '--report', at(`${name}.xml`)];
    const alone = await runCli([...files, ...outputs('apart')]);
    const together = await jobs([
      ...['notebooks', ...files, '--workers', '2', '--folder', at('run-notebooks')],
      ...outputs('together'),
    ]);
    assert.deepEqual([alone.code, together.code], [1, 1], together.stdout + together.stderr);
    assert.match(together.stdout, /^2 of 4 failed\.$/m);
    assert.equal(untimed(at('together.xml')), untimed(at('apart.xml')));
    const written = readdirSync(at('apart'));
    assert.deepEqual([readdirSync(at('together')), written.length], [written, 3]);
    for (const file of written) assert.deepEqual(readFileSync(at('together', file)), readFileSync(at('apart', file)));
  });

  (redisProgram ? it : it.skip)(`grades and executes through a queue, to the same bytes${title}`, async () => {
    const redis = await new TestRedis().start();
    const shared = at('shared');
    mkdirSync(shared);
    const worker = new TestWorker(redis, ['--workers', '2', '--shared', shared], { TMPDIR: tmpdir() });
    const env = { REDIS_PASSWORD: redis.password };
    const queue = ['--queue', redis.url, '--shared', shared];
    try {
      const ran = await jobs(graded('queue', ...queue), env);
      assert.equal(ran.code, 0, ran.stdout + ran.stderr + worker.said);
      same('queue');
      const asked = ['notebooks', original, '--answers', 'wrong', '--folder', at('run-queue-notebooks'), ...queue];
      const executed = await jobs([...asked, '--out', at('answered')], env);
      assert.equal(executed.code, 0, executed.stdout + executed.stderr + worker.said);
      assert.deepEqual(readdirSync(at('answered')), ['course.wrong-1.ipynb', 'course.wrong-2.ipynb']);
    } finally {
      await worker.end('SIGTERM');
      await redis.stop();
    }
  });
});
