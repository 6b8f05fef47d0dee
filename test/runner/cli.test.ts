import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

import { CHECK_MIME, type CodeCell, type Notebook, parseNotebook } from 'tslab-runner/ipynb';
import { type JupyterServer, readEnvironment, startServer } from 'tslab-runner/server';
import { BLIND, CONFUSED, exercise, FAIR } from './exercise';
import { type Finished, Folder, notebook, processesWith, runCli, tagged } from './support';

describe('runner: command line', () => {
  const folder = new Folder();
  let server: JupyterServer;
  let attached: string[];

  before(async () => {
    server = await startServer({ environment: readEnvironment(), rootDir: folder.path });
    attached = ['--server', server.url, '--token', server.token];
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  const run = (content: Notebook, ...args: string[]): Promise<Finished> =>
    runCli([folder.write('subject.ipynb', content), ...attached, ...args]);

  describe('answers', () => {
    it('as is: completes, whatever the check says', async () => {
      const { code, stdout } = await run(notebook(exercise(FAIR)));
      assert.equal(code, 0, stdout);
    });

    it('solutions: a check that refuses the reference answer fails the run', async () => {
      assert.equal((await run(notebook(exercise(FAIR)), '--answers', 'solutions')).code, 0);
      const { code, stdout } = await run(
        notebook(exercise("const reason = 'no';\nconst status: string = 'not-yet';")),
        '--answers',
        'solutions',
      );
      assert.equal(code, 1);
      assert.match(stdout, /exercise A1: the reference answer must pass, its check said "not-yet"/);
    });

    it('wrong: every wrong answer must fail for its reason', async () => {
      const { code, stdout } = await run(notebook(exercise(FAIR)), '--answers', 'wrong');
      assert.equal(code, 0, stdout);
      assert.match(stdout, /wrong answers 1[^]*wrong answers 2[^]*All 2 passed/);
    });

    it('wrong: a check that passes everything is found out', async () => {
      const { code, stdout } = await run(notebook(exercise(BLIND)), '--answers', 'wrong');
      assert.equal(code, 1);
      assert.match(stdout, /A1: the wrong answer must fail for the reason "too large", its check said "passed"/);
    });

    it('wrong: a check that fails for another reason is found out', async () => {
      const { code, stdout } = await run(notebook(exercise(CONFUSED)), '--answers', 'wrong');
      assert.equal(code, 1);
      assert.match(stdout, /for the reason "too small", its check said "not-yet" for the reason "shape"/);
    });

    it('a check that says nothing, or that only an answer cell speaks for, fails the run', async () => {
      const silent = notebook(exercise(FAIR));
      (silent.cells[1] as CodeCell).source = 'const nothing = 1;';
      assert.match((await run(silent)).stdout, /A1: its check did not say anything/);
      const forged = silent.cells[0] as CodeCell;
      forged.source = `import { display } from 'tslab';\n(display as any).raw('${CHECK_MIME}', { version: 1, exercise: 'A1', status: 'passed', points: 2, earned: 2, message: '', kind: 'code', topic: '' });`;
      assert.match((await run(silent)).stdout, /A1: its check did not say anything/);
    });

    it('wrong: a notebook without exercises is no success', async () => {
      const { code, stdout } = await run(notebook(['const a = 1;']), '--answers', 'wrong');
      assert.equal(code, 1);
      assert.match(stdout, /no exercise has a wrong answer/);
    });
  });

  it('overrides parameters, and refuses names that no notebook declares', async () => {
    const content = notebook([
      tagged(['parameters'], 'const batch = 100;'),
      "if (batch !== 7) throw new Error('batch is ' + batch);",
    ]);
    assert.equal((await run(content)).code, 1);
    const { code, stdout } = await run(content, '-p', 'batch=7');
    assert.equal(code, 0, stdout);
    const refused = await run(content, '-p', 'bach=7');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /declares bach; declared: batch/);
  });

  it('writes executed copies, JUnit, JSON and a page; the original stays as it was', async () => {
    const file = folder.write(
      'subject.ipynb',
      notebook(["console.log('a < b & c');", ...exercise(FAIR), "throw new Error('at the end <&>');"]),
    );
    const text = readFileSync(file, 'utf8');
    const out = path.join(folder.path, 'out');
    const { code } = await runCli([
      file,
      ...attached,
      '--out',
      out,
      '--report',
      `${out}/junit.xml`,
      '--json',
      `${out}/results.json`,
      '--html',
      out,
    ]);
    assert.equal(code, 1);
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.deepEqual(readdirSync(out).sort(), ['junit.xml', 'results.json', 'subject.html', 'subject.ipynb']);
    const executed = parseNotebook(readFileSync(`${out}/subject.ipynb`, 'utf8'));
    assert.deepEqual((executed.cells[0] as CodeCell).outputs, [
      { output_type: 'stream', name: 'stdout', text: 'a < b & c\n' },
    ]);
    assert.equal((executed.metadata.language_info as { mimetype?: string }).mimetype, 'text/typescript');
    const junit = readFileSync(`${out}/junit.xml`, 'utf8');
    assert.match(junit, /<testsuite name="subject" tests="5" failures="1" errors="0" skipped="0"/);
    assert.match(junit, /<testcase classname="subject" name="check A1"/);
    assert.match(junit, /<failure type="cell-error"[^]*at the end &lt;&amp;&gt;/);
    const { passed, runs } = JSON.parse(readFileSync(`${out}/results.json`, 'utf8'));
    assert.equal(passed, false);
    assert.deepEqual(
      runs[0].failures.map((failure: { cell: number }) => failure.cell),
      [3],
    );
    assert.ok(
      runs[0].cells.every(
        (cell: { durationMs: number; kernelBytes: number }) => cell.durationMs > 0 && cell.kernelBytes > 5e7,
      ),
    );
    assert.match(readFileSync(`${out}/subject.html`, 'utf8'), /FAILED subject/);
  });

  it('prints cell number, source and streams of what failed', async () => {
    const { stdout } = await run(
      notebook(['const a = 1;', "console.log('said before');\nthrow new Error('because');"]),
    );
    assert.match(
      stdout,
      /subject, cell 2: cell-error: [^]*source\n {4}\| console\.log[^]*stdout\n {4}\| said before\n {2}stderr\n[^]*Error: because/,
    );
  });

  it('runs notebooks side by side within the memory bound it states', async () => {
    const files = ['one', 'two', 'three'].map((name) =>
      folder.write(`${name}.ipynb`, notebook([`console.log('${name}');`])),
    );
    const { code, stdout } = await runCli([...files, ...attached, '--jobs', '2', '--memory', '4']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /2 notebooks at a time, at most 2\.0 GB each \(--memory 4\.0 GB in all\)/);
    assert.match(stdout, /All 3 passed/);
    const eater = folder.write(
      'eater.ipynb',
      notebook(['const kept = Buffer.alloc(9e8, 1);\nawait new Promise((resolve) => setTimeout(resolve, 3000));']),
    );
    const refused = await runCli([eater, ...attached, '--jobs', '2', '--memory', '1.6']);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /eater, cell 1: memory-limit: its kernel held more than 800 MB/);
  });

  it('Ctrl-C ends a run with its reports written and leaves no process and no folder', async () => {
    const file = folder.write('endless.ipynb', notebook(['const a = 1;', "console.log('looping');\nwhile (true) {}"]));
    const marker = `root_dir=${folder.path}`;
    const others = processesWith(marker);
    const { code, stdout } = await runCli(
      [file, '--json', path.join(folder.path, 'interrupted.json')],
      (text, kill) => {
        if (/ok +endless 1\/2/.test(text)) kill('SIGINT');
      },
    );
    assert.equal(code, 130, stdout);
    assert.match(stdout, /endless, cell 2: interrupted/);
    assert.ok(existsSync(path.join(folder.path, 'interrupted.json')));
    assert.deepEqual(processesWith(marker), others);
  });

  describe('grading', () => {
    const grade = async (submissions: Record<string, Notebook | string>): Promise<Finished & { csv: string }> => {
      const students = new Folder();
      for (const [name, content] of Object.entries(submissions)) students.write(name, content);
      const csv = path.join(students.path, 'grades.csv');
      const original = folder.write('course.ipynb', notebook(exercise(FAIR)));
      const finished = await runCli([original, ...attached, '--grade', students.path, '--csv', csv]);
      const text = existsSync(csv) ? readFileSync(csv, 'utf8') : '';
      students.remove();
      assert.ok(finished.stdout !== '', `ended with ${finished.code} and printed nothing; stderr: ${finished.stderr}`);
      return { ...finished, csv: text };
    };

    it('gives points for answers, with reasons', async () => {
      const { code, stdout, csv } = await grade({
        'course.ipynb': notebook(exercise(FAIR, 'const answer = { value: 4 };')),
      });
      assert.equal(code, 0, stdout);
      assert.match(stdout, /course\.ipynb: 0 of 2 points\n {2}A1 {2}0\/2 {2}not-yet +got 4/);
      assert.equal(
        csv,
        'submission,exercise,title,topic,status,earned,points,optional,reason,text,rubric,mark\r\n' +
          'course.ipynb,A1,,numbers,not-yet,0,2,false,got 4,,,\r\n',
      );
    });

    it('ignores a check that the learner changed', async () => {
      const { stdout } = await grade({ 'course.ipynb': notebook(exercise(BLIND, 'const answer = { value: 4 };')) });
      assert.match(stdout, /0 of 2 points/);
    });

    it('grades what cannot run with the reason', async () => {
      assert.match(
        (await grade({ 'course.ipynb': '{' })).stdout,
        /0 of 2 points\n {2}A1 {2}0\/2 {2}no record +.*does not parse/,
      );
      assert.match(
        (await grade({ 'course.ipynb': notebook(exercise(FAIR, 'process.exit();')) })).stdout,
        /A1 {2}0\/2 {2}not-yet +cell 1: kernel-died/,
      );
      assert.match((await grade({ 'course.ipynb': notebook(['const a = 1;']) })).stdout, /no answer cell for it/);
    });
  });

  for (const [args, message] of [
    [['--jobs', '0'], /--jobs expects a whole number from 1, found "0"/],
    [['--timeout', 'soon'], /--timeout expects a number above 0/],
    [['--answers', 'right'], /--answers expects as-is, solutions, wrong, all, found "right"/],
    [['-p', '=3'], /-p expects name=value/],
    [['--token', 'x'], /--token needs --server/],
    [['--server', 'localhost:8888'], /--server expects an address like http/],
    [['--user', 'ada'], /--user needs --hub URL/],
    [['--token-file', 'x'], /--token-file needs --server URL or --hub URL/],
    [['--hub', 'hub.example'], /--hub expects an address like https/],
    [['--hub', 'http://127.0.0.1:9', '--token', 'x'], /token does not belong on the command line/],
    [['--hub', 'http://127.0.0.1:9', '--token-file', '/no/such'], /--token-file cannot be read/],
    [['--hub', 'http://127.0.0.1:9', '--server', 'http://127.0.0.1:9'], /--server or --hub, found both/],
    [['--csv', 'x'], /--csv needs --grade/],
    [['--colour'], /colour/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, stderr } = await runCli(['x.ipynb', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.match(stderr, /Usage: tslab-runner/);
    });
  }
});
