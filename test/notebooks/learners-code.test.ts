import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { exercises, withAnswers, type Declared, type Definition, type Workbook } from 'scalable-inference-workbook';
import { exerciseOf, formatNotebook, hasTag, parseNotebook, type Cell, type Notebook } from 'tslab-runner/ipynb';
import { notebook as notebookOf, runCli } from '../runner/support';
import { downstream, partOf, slice, type Part } from './slice';

const ROOT = path.resolve(__dirname, '../..');
const BOOKS: readonly Workbook[] = Object.values(exercises);
/** Notebooks name data from their own folder, their parts run in another. */
const DATA = `'${path.join(ROOT, 'data')}/`;
/** Lines that the learner is to write over the whole book, solutions without their stubs. */
const LINES = 300;

const read = ({ name }: Workbook): Notebook =>
  parseNotebook(readFileSync(path.join(ROOT, 'notebooks', `${name}.ipynb`), 'utf8'));

function declaredIn(book: Workbook): Declared[] {
  const definitions = book.list().map((item) => item.definition as Definition);
  return withAnswers(definitions, path.join(ROOT, 'lib/workbook/src/course', book.name, 'answers'));
}

/** Cells that the notebook gives: code that is no exercise's. */
function givenParts(cells: readonly Cell[]): Part[] {
  const own = ['options', 'answer', 'check'];
  return cells
    .filter((cell) => cell.cell_type === 'code' && !own.some((tag) => hasTag(cell, tag)))
    .map(({ source }) => partOf(source.replace(/\bquick = false\b/, 'quick = true').replaceAll("'../data/", DATA)));
}

const usesOf = (parts: readonly Part[], id: string): number =>
  parts.findIndex(({ source }) => new RegExp(`\\bex\\.${id}\\.use\\(`).test(source));

/** A result as text, by which two runs are compared. */
const SHOW = `const textOf = (value: unknown) => JSON.stringify(value, (_, each) =>
  ArrayBuffer.isView(each) ? Array.from(each as Float32Array)
    : typeof each?.dataSync === 'function' ? Array.from(each.dataSync())
      : each instanceof Map || each instanceof Set ? [...each] : each) ?? String(value);`;

interface Variant {
  readonly id: string;
  /** The check cell's source: it may hand values over. */
  readonly check: string;
  readonly source: string;
  readonly changes: string;
}

/** Cells that run the result of a variant's later cell: twice with the model solution, then with the variant. */
function trialCells(parts: readonly Part[], { id, source, changes, check }: Variant): { before: number[]; cells: string[] } {
  const from = usesOf(parts, id);
  const needed = slice(parts, changes, [source, check], from);
  assert.ok(needed.includes(from), `${id}: ${changes} does not depend on the cell that calls ex.${id}.use()`);
  const after = downstream(parts, needed, from).map((at) => parts[at].source);
  const print = (run: string): string => `console.log('RESULT ${id} ${changes} ${run} ' + textOf(${changes}));`;
  const cells = [
    `ex.${id}.answer(undefined);`,
    ...after,
    print('base'),
    ...after,
    print('again'),
    source,
    `${check}\nconsole.log('PASSED ${id} ' + ex.${id}.passed);`,
    ...after,
    print('variant'),
    `ex.${id}.answer(undefined);`,
  ];
  const own = new Set(downstream(parts, needed, from));
  return { before: needed.filter((at) => !own.has(at)), cells };
}

/** A notebook of the cells that the variants need, the last variant first: it spoils only what comes after it. */
function trialNotebook(parts: readonly Part[], variants: readonly Variant[]): Notebook {
  const trials = [...variants]
    .sort((one, other) => usesOf(parts, other.id) - usesOf(parts, one.id))
    .map((variant) => trialCells(parts, variant));
  const before = [...new Set(trials.flatMap((trial) => trial.before))].sort((a, b) => a - b);
  const cells = [...before.map((at) => parts[at].source), SHOW, ...trials.flatMap((trial) => trial.cells)];
  return notebookOf(cells.filter((cell) => cell.trim() !== ''));
}

function printed(executed: Notebook): string[] {
  return executed.cells
    .flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []))
    .flatMap((output) => ('text' in output ? [output.text].flat().join('').split('\n') : []));
}

/** What a variant's run shows against it; undefined where the learner's answer changes the result. */
function problemOf({ id, changes }: Variant, lines: readonly string[]): string | undefined {
  if (!lines.includes(`PASSED ${id} true`)) return `${id}: its variant does not pass its check`;
  const [base, again, variant] = ['base', 'again', 'variant'].map((run) => {
    const start = `RESULT ${id} ${changes} ${run} `;
    return lines.find((line) => line.startsWith(start))?.slice(start.length);
  });
  if (base === undefined || variant === undefined) return `${id}: ${changes} was not printed`;
  if (again !== base) return `${id}: ${changes} changes by itself, so its change proves nothing`;
  return variant === base ? `${id}: the learner's answer changes nothing in ${changes}` : undefined;
}

describe("the learner's own code", () => {
  const folder = path.join(ROOT, `test/out/learners-code-${process.pid}`);
  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const book of BOOKS) {
    const declared = declaredIn(book);
    const code = declared.filter(({ definition }) => definition.kind === 'code');

    it(`of ${book.name}: every code exercise is used by a later cell, or says why not`, () => {
      const parts = givenParts(cells);
      for (const { definition, answers } of code) {
        if (definition.kind !== 'code') continue;
        const [used, reason] = [usesOf(parts, definition.id) >= 0, definition.notUsed];
        assert.ok(used || reason !== undefined, `${definition.id}: no cell calls ex.${definition.id}.use()`);
        assert.ok(!used || reason === undefined, `${definition.id} is used, and says why not: ${reason}`);
        const proven = (answers.variants ?? []).length > 0;
        assert.ok(!used || proven, `${definition.id}: no variant proves that its use changes a result`);
      }
    });

    const { cells } = read(book);
    const variants = code.flatMap(({ definition: { id }, answers }) => {
      const check = cells.find((cell) => hasTag(cell, 'check') && exerciseOf(cell) === id)?.source ?? '';
      return (answers.variants ?? []).map((variant) => ({ id, check, ...variant }));
    });
    if (variants.length === 0) continue;
    it(`of ${book.name} changes the results of later cells`, async function () {
      this.timeout(600_000);
      const file = path.join(folder, `${book.name}.ipynb`);
      writeFileSync(file, formatNotebook(trialNotebook(givenParts(cells), variants)));
      const out = path.join(folder, 'out');
      const { code: status, stdout } = await runCli([file, '--out', out]);
      assert.equal(status, 0, stdout);
      const lines = printed(parseNotebook(readFileSync(path.join(out, `${book.name}.ipynb`), 'utf8')));
      assert.deepEqual(
        variants.flatMap((variant) => problemOf(variant, lines) ?? []),
        [],
      );
    });
  }

  it(`is at least ${LINES} lines over the book`, () => {
    const linesOf = (source = ''): string[] =>
      source
        .split('\n')
        .map((line) => line.replace(/\/\/.*/, '').trim())
        .filter((line) => /\w/.test(line));
    /** Lines of the solution that its stub does not hold already. */
    const written = (solution: string, stub?: string): number => {
      const given = linesOf(stub);
      return linesOf(solution).filter((line) => {
        const at = given.indexOf(line);
        if (at >= 0) given.splice(at, 1);
        return at < 0;
      }).length;
    };
    const counts = BOOKS.map((book) => {
      const code = declaredIn(book).filter(({ definition }) => definition.kind === 'code');
      const lines = code.map(({ answers }) => written(answers.solution, answers.stub));
      return { name: book.name, lines: lines.reduce((sum, each) => sum + each, 0) };
    });
    const total = counts.reduce((sum, { lines }) => sum + lines, 0);
    console.log(counts.map(({ name, lines }) => `${name}: ${lines}`).join(', '), `total: ${total}`);
    assert.ok(total >= LINES, `${total} lines`);
  });
});
