/** What the pages for teachers say, done to the letter, in a copy of the project. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import {
  answerCells,
  exerciseOf,
  formatNotebook,
  hasTag,
  parseNotebook,
  TAGS,
  type Notebook,
} from 'tslab-runner/ipynb';
import { lintText } from 'tslab-runner/lint';
import { ProjectCopy } from '../support/project-copy';

const NOTEBOOKS = ['architecture', 'quantization', 'pruning', 'distillation'].map((name) => `notebooks/${name}.ipynb`);

/** The commands of the fenced blocks in a part of a page. */
function commands(page: string, heading: string): string[] {
  const [, part] = page.split(`\n## ${heading}\n`);
  assert.ok(part, heading);
  const blocks = part.split(/\n## /)[0].matchAll(/^```(?:sh)?\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, block]) => block.trim().split('\n'));
}

describe('teacher: the pages followed to the letter', function () {
  this.timeout(600_000);
  let copy: ProjectCopy;
  const file = (name: string): string => path.join(copy.root, name);
  const read = (name: string): Notebook => parseNotebook(readFileSync(file(name), 'utf8'), name);
  const write = (name: string, notebook: Notebook): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), formatNotebook(notebook));
  };
  function run(command: string, status = 0): string {
    const done = spawnSync(command, {
      cwd: copy.root,
      shell: true,
      encoding: 'utf8',
      env: { ...process.env, CI: '1' },
    });
    assert.equal(done.status, status, `${command}\n${done.stdout}${done.stderr}`);
    return `${done.stdout}${done.stderr}`;
  }
  let recipe: string[];
  let classwork: string[];

  before(() => {
    copy = new ProjectCopy();
    const lines = commands(readFileSync(file('README.md'), 'utf8'), 'For teachers');
    classwork = lines.slice(0, 2);
    recipe = lines.slice(2);
  });
  after(() => copy.remove());

  it('release: no solution, no wrong answer, no output, in no notebook; all the rest', () => {
    const [release] = classwork;
    assert.equal(release, 'npm run exercise -- release class');
    run(release);
    for (const name of NOTEBOOKS) {
      const original = read(name);
      const released = read(name.replace('notebooks', 'class'));
      const text = JSON.stringify(released);
      const answers = answerCells(original);
      assert.ok(answers.length > 20, name);
      for (const { answer } of answers) {
        // What the stub itself shows is no secret.
        const secrets = [answer.solution, ...answer.wrong.map(({ source }) => source)];
        for (const secret of secrets) assert.ok(!text.includes(JSON.stringify(secret).slice(1, -1)), secret);
        assert.ok(released.cells.some((cell) => hasTag(cell, TAGS.answer) && exerciseOf(cell) === answer.exercise));
      }
      const kept = original.cells.filter((cell) => !hasTag(cell, TAGS.solution));
      assert.deepEqual(
        released.cells.map(({ source }) => source),
        kept.map(({ source }) => source),
      );
      assert.deepEqual(lintText(formatNotebook(released), name), []);
      const [first] = answers;
      released.cells[first.index] = original.cells[first.index];
      assert.match(lintText(formatNotebook(released), name)[0].message, /must hold no solution and no wrong answer/);
    }
  });

  it('release: never over what differs, never of a copy, and copies run only as they are', () => {
    write('class/pruning.ipynb', read('notebooks/pruning.ipynb'));
    assert.match(run('npm run exercise -- release class', 1), /Found another file in class.pruning\.ipynb/);
    assert.match(run('npm run exercise -- release notebooks', 1), /Found the original itself/);
    assert.match(run('npm run exercise -- release again class/quantization.ipynb', 1), /released copy already/);
    assert.match(
      run('npm run notebooks -- class/quantization.ipynb --answers all', 1),
      /holds no answers to run as "all"/,
    );
    assert.match(run('npm run exercise -- sync class/quantization.ipynb', 1), /gets no answers back/);
    assert.ok(!existsSync(file('again')));
  });

  it('new, build, sync, run: an exercise of each kind is declared, compiled, written, and tells right from wrong', () => {
    const [first, build, sync, tryAll, ...none] = recipe;
    assert.deepEqual(none, []);
    assert.equal(first, 'npm run exercise -- new A23 architecture');
    const before = read('notebooks/architecture.ipynb');
    assert.match(run(first), /A23 registered/);
    assert.match(run(first, 1), /Exercise A23 exists/);
    assert.match(run('npm run exercise -- new A1 architecture', 1), /Exercise A1 exists/);
    assert.match(run('npm run exercise -- new A24 architectures', 1), /no exercises are declared for 'architectures'/);
    for (const [at, kind] of ['number', 'choice', 'prediction', 'text'].entries())
      run(
        `${first.replace('A23', `A${24 + at}`)} --kind ${kind} --after A23`.replace(
          ' --after A23',
          at > 0 ? '' : ' --after A8',
        ),
      );
    run(build);
    const added = ['A23', 'A24', 'A25', 'A26', 'A27'];
    const said = run(sync);
    for (const id of added) assert.match(said, new RegExp(`: ${id} added written`));
    const notebook = read('notebooks/architecture.ipynb');
    const places = notebook.cells.map((cell) => exerciseOf(cell));
    assert.equal(places[places.indexOf('A24') - 1], 'A8');
    assert.match(run(`${sync} --check`), /agrees with its exercises/);
    run('npm run notebooks -- --lint');
    // Nothing else of the notebook has changed.
    const others = notebook.cells.filter((cell) => !added.includes(exerciseOf(cell) ?? ''));
    assert.deepEqual(others, before.cells);
    // The new ones alone: all of the notebook runs in a test of its own.
    const head = notebook.cells.slice(0, notebook.cells.findIndex((cell) => exerciseOf(cell) !== undefined) - 1);
    const own = notebook.cells.filter((cell) => added.includes(exerciseOf(cell) ?? ''));
    write('notebooks/architecture.ipynb', { ...notebook, cells: [...head, ...own] });
    assert.match(run(tryAll), /All 1 passed/);
  });

  it('release, answer, grade: what is answered in copies gets its points by the original', () => {
    const [, gradeAll] = classwork;
    run('npm run exercise -- release class-of-two notebooks/architecture.ipynb');
    const answers = new Map(
      answerCells(read('notebooks/architecture.ipynb')).map(({ answer }) => [answer.exercise, answer]),
    );
    const submit = (learner: string, sources: (id: string) => string | undefined): void => {
      const released = read('class-of-two/architecture.ipynb');
      for (const cell of released.cells)
        if (hasTag(cell, TAGS.answer)) cell.source = sources(exerciseOf(cell) as string) ?? cell.source;
      write(`submissions/${learner}/architecture.ipynb`, released);
    };
    submit('ann', (id) => answers.get(id)?.solution);
    submit('bob', (id) => (id === 'A23' ? answers.get(id)?.wrong[0].source : undefined));
    write('submissions/eve/renamed.ipynb', read('class-of-two/architecture.ipynb'));
    const said = run(gradeAll);
    const rows = readFileSync(file('grades.csv'), 'utf8')
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const earned = (learner: string): [string, string, string][] =>
      rows
        .filter(([name]) => name.startsWith(learner))
        .map((row): [string, string, string] => [row[1], row[4], row[5]]);
    assert.deepEqual(
      earned('ann').sort(),
      [
        ['A23', 'passed', '1'],
        ['A24', 'passed', '1'],
        ['A25', 'passed', '1'],
        ['A26', 'recorded', '1'],
        ['A27', 'recorded', '0'], // a text is read by its teacher
      ],
      said,
    );
    assert.deepEqual(earned('bob').sort()[0], ['A23', 'not-yet', '0']);
    assert.match(said, /eve.renamed\.ipynb[^]*a released copy holds no answers to grade by/);
    assert.ok(existsSync(file('pages/ann/architecture.html')));
  });
});
