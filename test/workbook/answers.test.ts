import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { models } from 'scalable-inference';
import { answersIn, exercises, withAnswers, type Definition, type Workbook } from 'scalable-inference-workbook';
import { formatNotebook, parseNotebook, type Cell } from 'tslab-runner/ipynb';

const ROOT = path.resolve(__dirname, '../..');
const BOOKS: readonly Workbook[] = Object.values(exercises);
const folderOf = (book: Workbook) => path.join(ROOT, 'lib/workbook/src/course', book.name, 'answers');
const definitionsOf = (book: Workbook) => book.list().map((item) => item.definition as Definition);

const text = (...lines: string[]) => lines.join('\n');
const SOLUTION = ['// BEGIN SOLUTION', 'ex.A1.answer(1);', '// END SOLUTION'];

describe('answers in source files', () => {
  it('are cut out between their marks, without shared indentation and without what is for the compiler', () => {
    const answers = answersIn(
      'A1.ts',
      text(
        "import { tf } from 'scalable-inference';",
        '{',
        '  // BEGIN STUB',
        '  // hand a number over',
        '  ex.A1.answer(undefined);',
        '  // END STUB',
        '}',
        '// BEGIN SOLUTION',
        'ex.A1.answer(() => {',
        '  return 1; // one',
        '});',
        '// END SOLUTION',
        '// BEGIN WRONG not a number',
        '// @ts-expect-error a text',
        "ex.A1.answer('one');",
        '// END WRONG',
        '// BEGIN WRONG too large',
        'ex.A1.answer(2);',
        '// END WRONG',
        '',
      ),
    );
    assert.deepEqual(answers, {
      stub: '// hand a number over\nex.A1.answer(undefined);',
      solution: 'ex.A1.answer(() => {\n  return 1; // one\n});',
      wrong: [
        { source: "ex.A1.answer('one');", reason: 'not a number' },
        { source: 'ex.A1.answer(2);', reason: 'too large' },
      ],
    });
  });

  const damaged: [string, string[], RegExp][] = [
    ['nested', ['// BEGIN SOLUTION', 'x', '// BEGIN STUB'], /^A1\.ts:3: BEGIN STUB stands inside SOLUTION of line 1/],
    ['never ended', [...SOLUTION, '', '// BEGIN STUB', 'x'], /^A1\.ts:5: STUB is never ended; write \/\/ END STUB/],
    ['ended by another', ['// BEGIN SOLUTION', 'x', '// END WRONG'], /^A1\.ts:3: END WRONG ends nothing: SOLUTION of/],
    ['ended without a beginning', ['', '// END SOLUTION'], /^A1\.ts:2: END SOLUTION ends nothing: nothing is open/],
    [
      'of an unknown name',
      ['// BEGIN SOLUTOIN', 'x'],
      /^A1\.ts:1: expected BEGIN of STUB, SOLUTION, GUESS, VARIANT, WRONG, got 'BEGIN S/,
    ],
    ['without a name', ['// BEGIN'], /^A1\.ts:1: expected BEGIN of STUB/],
    ['empty', ['// BEGIN SOLUTION', '', '// END SOLUTION'], /^A1\.ts:1: SOLUTION is empty/],
    ['empty but for the compiler', ['// BEGIN SOLUTION', '// @ts-expect-error x', '// END SOLUTION'], /is empty/],
    ['twice', [...SOLUTION, ...SOLUTION], /^A1\.ts:4: expected one SOLUTION, got another in line 1/],
    ['without a reason', [...SOLUTION, '// BEGIN WRONG', 'x', '// END WRONG'], /^A1\.ts:4: expected the reason/],
    ['of a guess and a solution', [...SOLUTION, '// BEGIN GUESS', 'x', '// END GUESS'], /^A1\.ts:1: .*got both/],
    [
      'of a variant without a variable',
      [...SOLUTION, '// BEGIN VARIANT', 'x', '// END VARIANT'],
      /^A1\.ts:4: expected the variable that changes/,
    ],
    ['missing', ['ex.A1.answer(1);'], /^A1\.ts:1: expected a SOLUTION between marks/],
  ];
  for (const [title, lines, message] of damaged) {
    it(`are refused with file and line when marks are ${title}`, () =>
      assert.throws(() => answersIn('A1.ts', text(...lines)), { message }));
  }

  for (const book of BOOKS) {
    it(`of ${book.name}: every exercise has a file of its own, and every file an exercise`, () => {
      const declared = withAnswers(definitionsOf(book), folderOf(book));
      assert.equal(declared.length, book.list().length);
      for (const { definition, answers } of declared) {
        for (const source of [answers.solution, ...answers.wrong.map((wrong) => wrong.source)]) {
          assert.ok(source.includes(`ex.${definition.id}`), `${definition.id}: ${source}`);
          assert.doesNotMatch(source, /ts-expect-error/);
          const longest = Math.max(...source.split('\n').map((line) => line.length));
          assert.ok(longest <= 110, `${definition.id}: a line of ${longest} characters`);
        }
      }
    });
  }

  describe('in a folder', () => {
    let folder = '';
    const [one] = definitionsOf(exercises.architecture);
    const complete = text(
      ...SOLUTION,
      '// BEGIN WRONG a',
      'a',
      '// END WRONG',
      '// BEGIN WRONG b',
      'b',
      '// END WRONG',
    );
    const file = () => path.join(folder, 'A1.ts');
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'answers-'));
      writeFileSync(file(), complete);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('belong to the exercise of their name', () => {
      assert.deepEqual(withAnswers([one], folder)[0].answers.solution, 'ex.A1.answer(1);');
    });
    it('are refused without an exercise', () => {
      writeFileSync(path.join(folder, 'A99.ts'), complete);
      assert.throws(() => withAnswers([one], folder), /A99\.ts answers no declared exercise/);
    });
    it('are asked for by name', () => {
      rmSync(file());
      assert.throws(() => withAnswers([one], folder), /Exercise A1 has no answers; write .*A1\.ts/);
      assert.throws(
        () => withAnswers([one], path.join(folder, 'none')),
        /found no such folder; sync runs in a checkout/,
      );
    });
    it('need two wrong answers that differ from the solution', () => {
      const wrong = (source: string) => ['// BEGIN WRONG w', source, '// END WRONG'];
      writeFileSync(file(), text(...SOLUTION, ...wrong('a')));
      assert.throws(() => withAnswers([one], folder), /Exercise A1: expected at least two wrong answers, got 1/);
      writeFileSync(file(), text(...SOLUTION, ...wrong('a'), ...wrong('ex.A1.answer(1);')));
      assert.throws(() => withAnswers([one], folder), /wrong answer 2 equals the solution/);
    });
  });

  it('offer the layers of the network itself to choose from', () => {
    const net = models.create('lenet_3x3', { seed: 0 });
    const expected = net.namedChildren().map(([name]) => name);
    net.dispose();
    for (const { definition } of [exercises.pruning.P15, exercises.pruning.P36]) {
      assert.ok('choices' in definition && definition.choices);
      assert.deepEqual(Object.keys(definition.choices), expected);
    }
  });
});

describe('the command line sync', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'sync-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs sync on a changed copy of a notebook. */
  function sync(change: (cells: Cell[]) => Cell[], ...args: string[]) {
    const file = path.join(folder, 'architecture.ipynb');
    cpSync(path.join(ROOT, 'notebooks/architecture.ipynb'), file);
    const notebook = parseNotebook(readFileSync(file, 'utf8'));
    writeFileSync(file, formatNotebook({ ...notebook, cells: change([...notebook.cells]) }));
    const cli = path.join(ROOT, 'lib/workbook/dist/cli.js');
    return spawnSync(process.execPath, [cli, 'sync', ...args, file], { encoding: 'utf8' });
  }
  const placeholder: Cell = { id: 'new', cell_type: 'markdown', source: '{{exercise A99}}', metadata: {} };
  const ofA3 = (cell: Cell) => cell.id?.startsWith('A3-') === true;

  for (const args of [[], ['--check']]) {
    const name = ['sync', ...args].join(' ');
    it(`${name} ends with 1 and names a placeholder that it cannot fill`, () => {
      const { status, stdout } = sync((cells) => [...cells, placeholder], ...args);
      assert.equal(status, 1);
      assert.match(stdout, /architecture\.ipynb: \{\{exercise A99\}\} names no declared exercise; declared are: A1, /);
      assert.doesNotMatch(stdout, /agrees/);
    });
    it(`${name} ends with 1 for what was meant as a placeholder and is none`, () => {
      for (const source of [
        '{{exercise A3}} and more',
        'First.\n\n{{exercise A3}}',
        '{{ Exercise }}',
        '{{exercise A 3}}',
      ]) {
        const { status, stdout } = sync((cells) => [...cells, { ...placeholder, source }], ...args);
        assert.equal(status, 1, source);
        assert.match(stdout, /' is no placeholder; write \{\{exercise ID\}\}, alone, into a markdown cell/, source);
      }
    });
    it(`${name} ends with 1 and names a declared exercise that the notebook lacks`, () => {
      const { status, stdout } = sync((cells) => cells.filter((cell) => !ofA3(cell)), ...args);
      assert.equal(status, 1);
      assert.match(stdout, /exercise A3 is declared but has no cells/);
    });
    it(`${name} ends with 0 for the notebook as it stands`, () => {
      const { status, stdout } = sync((cells) => cells, ...args);
      assert.equal(status, 0, stdout);
      assert.match(stdout, /architecture\.ipynb: agrees with its exercises/);
    });
  }
});
