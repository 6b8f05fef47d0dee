import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { type CodeCell, type JsonObject, type Notebook } from 'tslab-runner/ipynb';
import { type CheckResult } from 'tslab-runner/run';
import { type JupyterServer, readEnvironment, startServer } from 'tslab-runner/server';
import { BLIND, CONFUSED, exercise, FAIR } from './exercise';
import { codeCell, type Finished, Folder, notebook, runCli } from './support';

/** The same with a stub that counts as unanswered, and a cell that works with the answer. */
function answerable(judge: string): CodeCell[] {
  const open = judge.replace('const status = answer', "const status = answer.value === 0 ? 'unanswered' : answer");
  const uses = "if (answer.value !== 3) throw new Error('not the solution');";
  return [
    ...exercise(open.replace('const status = reason', "const status = answer.value === 0 ? 'unanswered' : reason")),
    codeCell(uses),
  ];
}

describe('runner: all answers in one run', () => {
  const folder = new Folder();
  let server: JupyterServer;

  before(async () => {
    server = await startServer({ environment: readEnvironment(), rootDir: folder.path });
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  const run = (content: Notebook, ...args: string[]): Promise<Finished> =>
    runCli([
      folder.write('subject.ipynb', content),
      '--server',
      server.url,
      '--token',
      server.token,
      '--answers',
      'all',
      ...args,
    ]);

  it('every answer is tried in one run, and the check of each counts', async () => {
    const json = path.join(folder.path, 'all.json');
    const { code, stdout } = await run(notebook(answerable(FAIR)), '--json', json);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /A1, as it is\n.*A1, wrong answer 1\n.*A1, wrong answer 2\n/);
    assert.match(stdout, /PASSED subject, all answers: 3 cells .* 4 of 4 checks as they must be/);
    const report = JSON.parse(readFileSync(json, 'utf8')) as { runs: { checks: CheckResult[] }[] };
    assert.deepEqual(
      report.runs[0].checks.map(({ attempt, record }) => [attempt, record?.status]),
      [
        ['as it is', 'unanswered'],
        ['wrong answer 1', 'not-yet'],
        ['wrong answer 2', 'not-yet'],
        [undefined, 'passed'],
      ],
    );
  });

  for (const [what, judge, ...messages] of [
    [
      'passes everything',
      BLIND,
      /A1, as it is: the answer cell as it is must count as unanswered, its check said "passed"/,
      /A1, wrong answer 2: the wrong answer must fail for the reason "too small"/,
    ],
    ['fails for another reason', CONFUSED, /A1, wrong answer 1: .* "not-yet" for the reason "shape"/],
    [
      'refuses the reference answer',
      "const reason = 'too large, too small';\nconst status: string = 'not-yet';",
      /exercise A1: the reference answer must pass/,
    ],
  ] as const) {
    it(`a check that ${what} is found out`, async () => {
      const { code, stdout } = await run(notebook(answerable(judge)));
      assert.equal(code, 1);
      for (const message of messages) assert.match(stdout, message);
    });
  }

  it('an answer whose cell fails, or throws once nobody awaits it, is named; the others are tried', async () => {
    const [cell, check, rest] = answerable(FAIR);
    const wrong = [
      { source: "throw new Error('in the cell');", reason: 'too large' },
      { source: "const answer = { value: 2 };\nPromise.reject(new Error('not awaited'));", reason: 'too small' },
    ];
    const declared = { ...(cell.metadata.scalable_inference as JsonObject), wrong };
    const faulty = { ...cell, metadata: { ...cell.metadata, scalable_inference: declared } };
    const { code, stdout } = await run(notebook([faulty, check, rest]));
    assert.equal(code, 1);
    assert.match(stdout, /cell 1: cell-error: A1, wrong answer 1: [^]*Error: in the cell/);
    assert.match(stdout, /late-exception: A1, wrong answer 2: .*not awaited/);
    assert.match(stdout, /FAILED subject, all answers: 3 cells/);
  });

  it('a kernel that an answer kills ends the run', async () => {
    const [cell, check, rest] = answerable(FAIR);
    const killing = { ...cell, source: 'process.exit(3);' };
    const { code, stdout } = await run(notebook([killing, check, rest]));
    assert.equal(code, 1);
    assert.match(stdout, /kernel-died: A1, as it is: /);
  });

  it('a notebook without exercises is no success', async () => {
    const { code, stdout } = await run(notebook(['const a = 1;']));
    assert.equal(code, 1);
    assert.match(stdout, /there is no exercise to try answers of/);
  });
});
