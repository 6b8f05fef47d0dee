/** What outlives a grading run: marks, rows and pages of earlier ones; and what nobody may change meanwhile. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { grade } from 'tslab-runner';
import { type Cell, CHECK_MIME, type Notebook } from 'tslab-runner/ipynb';
import { findIsolation } from 'tslab-runner/server';
import { Folder, notebook, runCli, tagged } from './support';

const isolated = !('missing' in findIsolation({ readable: [] }));

/** A text and a number, each worth four points; the check cells publish what a workbook's would. */
const GIVEN = `import { display } from 'tslab';
const answers: Record<string, unknown> = {};
const answer = (id: string, value: unknown): void => { answers[id] = value; };
const check = (id: string, kind: string): void => {
  const value = answers[id];
  const isText = kind === 'text' && typeof value === 'string';
  const passed = kind === 'number' && value === 3;
  const status = value === undefined ? 'unanswered' : isText ? 'recorded' : passed ? 'passed' : 'not-yet';
  const written = isText ? { text: value, rubric: ['says why', 'says how'], ticks: [2] } : undefined;
  const record = { version: 1, exercise: id, status: status, points: 4, earned: passed || isText ? 4 : 0, reason: 'wrong', message: status, kind: kind, topic: 't', written: written };
  (display as any).raw('${CHECK_MIME}', JSON.parse(JSON.stringify(record)));
};`;

const KINDS = { T1: 'text', N1: 'number' } as const;
type Answers = Partial<Record<keyof typeof KINDS, string>>;

function course(answers: Answers = {}): Notebook {
  const wrong = ['4', '5'].map((value) => ({ source: `answer('N1', ${value});`, reason: 'wrong' }));
  const cells = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((id): Cell[] => {
    const kind = KINDS[id];
    const own = { exercise: id, kind, points: 4, solution: `answer('${id}', 3);`, wrong };
    const source = answers[id] ?? `answer('${id}', undefined);`;
    return [
      tagged(['answer'], source, { scalable_inference: own }),
      tagged(['check'], `check('${id}', '${kind}');`, { scalable_inference: { exercise: id } }),
    ];
  });
  return notebook([GIVEN, ...cells]);
}

const TEXT = '=1+1 is why, "quoted", and so; on\\nin a second line';
const perfect: Answers = { T1: `answer('T1', '${TEXT}');`, N1: "answer('N1', 3);" };

describe('runner: what a class has earned', function () {
  this.timeout(300_000);
  const folder = new Folder();
  const csv = path.join(folder.path, 'grades.csv');
  after(() => folder.remove());
  const read = (): grade.Grade[] => [...table()];
  let table: () => grade.Grade[] = () => [];
  const load = async (): Promise<grade.Grade[]> => {
    const rows = await grade.readGrades(csv);
    table = () => rows;
    return rows;
  };
  const earned = (learner: string): [string, number][] =>
    read()
      .filter(({ submission }) => submission.startsWith(learner))
      .map(({ exercise, earned: points }) => [exercise, points]);
  /** Fills in a mark as a teacher does. */
  const mark = (learner: string, value: string): void => {
    const text = readFileSync(csv, 'utf8');
    const end = text.indexOf('\r\n', text.indexOf('2. says how', text.indexOf(`${learner}/course.ipynb,T1`)));
    writeFileSync(csv, `${text.slice(0, end)}${value}${text.slice(end)}`);
  };

  it('texts wait for their reader, whose marks are read back and make a perfect submission whole', async () => {
    const original = folder.write('course.ipynb', course());
    const submissions = new Folder();
    submissions.write('ann/course.ipynb', course(perfect));
    submissions.write('bob/course.ipynb', course({ T1: "answer('T1', 'because');" }));
    const run = (...more: string[]) =>
      runCli([original, '--grade', submissions.path, '--csv', csv, '--jobs', '2', ...more]);
    const first = await run();
    assert.equal(first.code, 0, first.stdout + first.stderr);
    await load();
    const [text] = read();
    assert.equal(text.text, '=1+1 is why, "quoted", and so; on\nin a second line');
    assert.equal(text.rubric, '[ ] 1. says why\n[x] 2. says how');
    assert.match(text.reason, /to be read; its writer ticked line 2 of 2/);
    assert.deepEqual(earned('ann'), [
      ['T1', 0],
      ['N1', 4],
    ]);

    mark('ann', '4');
    mark('bob', '"1,5"');
    const second = await run();
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /holds 2 submissions of an earlier run: all are graded anew, 2 marks stay/);
    assert.match(second.stdout, /ann.course\.ipynb: 8 of 8 points/);
    await load();
    assert.deepEqual(earned('ann'), [
      ['T1', 4],
      ['N1', 4],
    ]);
    assert.deepEqual(earned('bob'), [
      ['T1', 1.5],
      ['N1', 0],
    ]);

    // A text that is another one now is read again; who handed in nothing any more keeps the mark.
    submissions.write('ann/course.ipynb', course({ ...perfect, T1: "answer('T1', 'something else');" }));
    rmSync(path.join(submissions.path, 'bob'), { recursive: true });
    await run();
    await load();
    assert.deepEqual(earned('ann'), [
      ['T1', 0],
      ['N1', 4],
    ]);
    assert.match(read()[0].reason, /it got the mark 4 before, for another text/);
    assert.deepEqual(earned('bob'), [['T1', 1.5]]);
    assert.ok(existsSync(`${csv}.bak`));
    submissions.remove();
  });

  it('tables that spreadsheets save are read; a mark that is none stops before anything runs', async () => {
    const rows: grade.Grade[] = [
      {
        submission: 'a.ipynb',
        exercise: 'T1',
        title: 't',
        topic: '',
        status: 'recorded',
        points: 3,
        optional: true,
        earned: 0,
        reason: '-1',
        text: '@x\n;y',
        rubric: 'r',
      },
      {
        submission: 'a.ipynb',
        exercise: 'N1',
        title: 't',
        topic: '',
        status: 'passed',
        points: 2,
        optional: false,
        earned: 2,
        reason: '',
      },
    ];
    const plain = grade.gradesCsv(rows);
    writeFileSync(csv, plain);
    assert.deepEqual(await load(), rows);
    const marked = plain.replace(',r,\r\n', ',r,2.5\r\n');
    assert.notEqual(marked, plain);
    writeFileSync(csv, `\ufeff${marked}`);
    assert.equal((await load())[0].mark, 2.5);
    const semicolons = 'submission;exercise;status;points;text;rubric;mark\na;T1;recorded;3;"x;y";r;2,5\n';
    writeFileSync(csv, semicolons);
    assert.deepEqual(
      (await load()).map(({ mark: value, text }) => [value, text]),
      [[2.5, 'x;y']],
    );
    const refused: [string, RegExp][] = [
      [
        plain.replace(',r,\r\n', ',r,4\r\n'),
        /grades\.csv, row 2 \(a\.ipynb, T1\): expected a mark from 0 to 3, found "4"/,
      ],
      [plain.replace(',r,\r\n', ',r,good\r\n'), /row 2 .*expected a mark from 0 to 3, found "good"/],
      [plain.replace(',r,\r\n', ',r,-1\r\n'), /row 2 .*expected a mark/],
      [plain.replace(/,\r\n$/, ',1\r\n'), /row 3 \(a\.ipynb, N1\): found the mark 1, but only texts are marked/],
      ['name,mail\nann,a@b\n', /is no table of grades \(it has no column "submission"\) and would be replaced/],
    ];
    const submissions = new Folder();
    submissions.write('a.ipynb', course());
    for (const [text, message] of refused) {
      writeFileSync(csv, text);
      await assert.rejects(grade.readGrades(csv), { message });
    }
    const { code, stderr } = await runCli(['--grade', submissions.path, '--csv', csv]);
    assert.equal(code, 1);
    assert.match(stderr, /is no table of grades/);
    assert.equal(readFileSync(csv, 'utf8'), refused.at(-1)?.[0], 'the file is as it was');
    submissions.remove();
    rmSync(csv);
  });

  it('what a submission changes besides is found by its hash and named', async () => {
    const original = folder.write('course.ipynb', course());
    const submissions = new Folder();
    const others = ['b', 'c'].map((name) => submissions.write(`${name}/course.ipynb`, course(perfect)));
    const write = `const fs = require('fs');
for (const file of ${JSON.stringify([others[0], csv, original])}) {
  const { atime, mtime } = fs.existsSync(file) ? fs.statSync(file) : { atime: 0, mtime: 0 };
  fs.writeFileSync(file, 'x'.repeat(fs.existsSync(file) ? fs.statSync(file).size : 1));
  fs.utimesSync(file, atime, mtime);
}
fs.rmSync(${JSON.stringify(others[1])});`;
    submissions.write('a/course.ipynb', course({ N1: `eval(${JSON.stringify(write)});\nanswer('N1', 3);` }));
    writeFileSync(csv, grade.gradesCsv([]));
    const { code, stdout } = await runCli([original, '--grade', submissions.path, '--csv', csv, '--no-isolate']);
    assert.equal(code, 1, stdout);
    const meddled = stdout.split('\n').filter((line) => line.startsWith('MEDDLED'));
    const named = (name: string, how: string): boolean =>
      meddled.some((line) => line.includes(name) && line.includes(`was ${how} while a/course.ipynb ran`));
    assert.ok(named('b/course.ipynb', 'changed'), meddled.join('\n'));
    assert.ok(named('c/course.ipynb', 'removed'), meddled.join('\n'));
    assert.ok(named('grades.csv', 'changed'), meddled.join('\n'));
    assert.ok(named(original.split(path.sep).slice(-2).join(path.sep), 'changed'), meddled.join('\n'));
    await load();
    for (const learner of ['a', 'b', 'c']) assert.deepEqual(earned(learner)[1], ['N1', 4], learner);
    submissions.remove();
    rmSync(csv);
  });

  it('a run that was killed leaves rows, pages and marks, and the next one goes on with what is left', async () => {
    const original = folder.write('course.ipynb', course());
    const submissions = new Folder();
    const pages = path.join(folder.path, 'pages');
    const left = `${csv}.unfinished.json`;
    const names = ['a', 'b', 'c'];
    for (const name of names) submissions.write(`${name}/course.ipynb`, course(perfect));
    const args = [original, '--grade', submissions.path, '--csv', csv, '--html', pages];
    await runCli([...args, '--jobs', '2']);
    assert.ok(!existsSync(left), 'a run that ends by itself leaves nothing to go on with');
    for (const name of names) mark(name, '3');
    rmSync(pages, { recursive: true });
    const killWhen = async (isReady: (text: string) => boolean, ...more: string[]): Promise<string> => {
      let timer: NodeJS.Timeout | undefined;
      let text = '';
      const { code, stdout } = await runCli([...args, ...more], (all, kill) => {
        text = all;
        timer ??= setInterval(() => isReady(text) && kill('SIGKILL'), 20);
      });
      clearInterval(timer);
      assert.equal(code, null, stdout);
      return stdout;
    };
    // a is written, b has begun.
    await killWhen(() => existsSync(isolated ? left : path.join(pages, 'a/course.html')));
    assert.match(readFileSync(path.join(pages, 'a/course.html'), 'utf8'), /<\/html>\s*$/);
    const marks = async (): Promise<number[]> => (await load(), read().flatMap(({ mark: value }) => value ?? []));
    assert.deepEqual(await marks(), [3, 3, 3]);

    const kept = isolated ? readFileSync(left) : undefined;
    assert.doesNotMatch(await killWhen((text) => /solated/.test(text), '--fresh'), /An earlier run ended/);
    assert.ok(!existsSync(left));
    if (kept) writeFileSync(left, kept);

    // a is done, b is another one since, c was never begun.
    submissions.write('b/course.ipynb', course({ ...perfect, N1: "answer('N1', 4);" }));
    const { code, stdout } = await runCli([...args, '--json', path.join(folder.path, 'all.json')]);
    assert.equal(code, 0, stdout);
    if (isolated) {
      assert.match(
        stdout,
        /ended before all were graded: 1 of 3 submissions have their grades .* going on with the other 2/,
      );
      assert.match(stdout, /--json will hold the runs of these others alone/);
      assert.doesNotMatch(stdout, /a.course\.ipynb: \d of/);
    } else assert.match(stdout, /all are graded anew, because without isolation a cell can change/);
    assert.ok(!existsSync(left));
    await load();
    for (const name of names)
      assert.deepEqual(earned(name), [
        ['T1', 3],
        ['N1', name === 'b' ? 0 : 4],
      ]);
    submissions.remove();
  });

  it('an earlier run counts for nothing where what it depends on has changed, or it cannot be read', async function () {
    if (!isolated) return void this.skip();
    const original = folder.write('course.ipynb', course());
    const submissions = new Folder();
    submissions.write('a/course.ipynb', course(perfect));
    const args = [original, '--grade', submissions.path, '--csv', csv];
    const cases: [string, RegExp][] = [
      ['{"version":1,"basis":"other","graded":{}}', /all are graded anew, because what grades depend on has changed/],
      [
        '{"version":1,"basis":"other","graded":{"a/course.ipynb":{"hash":"1","grades":[{}]}}}',
        /unfinished\.json holds something else/,
      ],
      ['{"version":1,', /unfinished\.json cannot be read/],
    ];
    for (const [text, said] of cases) {
      writeFileSync(`${csv}.unfinished.json`, text);
      const killed = await runCli(args, (all, kill) => all.includes('Isolated') && kill('SIGKILL'));
      assert.match(killed.stdout, said);
    }
    submissions.remove();
  });
});
