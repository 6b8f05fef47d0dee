import assert from 'node:assert/strict';

import { syncNotebook, type Definition } from 'scalable-inference-workbook';
import { answerCells } from 'tslab-runner/ipynb';
import { parseNotebook } from 'tslab-runner/ipynb';
import type { Cell, Notebook } from 'tslab-runner/ipynb';
import { formatNotebook } from 'tslab-runner/ipynb';
import { demoWorkbook } from './demo';

const definitions = demoWorkbook()
  .list()
  .map((item) => item.definition as Definition);

function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source, at): Cell => ({ id: `c${at}`, cell_type: 'markdown', source, metadata: {} }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

const placeholders = notebookOf('# Title', ...definitions.map(({ id }) => `{{exercise ${id}}}`), 'the end');

describe('writing exercises into a notebook', () => {
  it('turns a placeholder into question, answer, check and solution, in this order', () => {
    const { notebook, problems } = syncNotebook(placeholders, definitions);
    assert.deepEqual(problems, []);
    assert.equal(notebook.cells.length, 2 + 4 * definitions.length);
    const four = notebook.cells.slice(1, 5);
    assert.deepEqual(
      four.map((cell) => (cell.metadata.tags as string[])[0]),
      ['question', 'answer', 'check', 'solution'],
    );
    assert.deepEqual(
      four.map((cell) => cell.cell_type),
      ['markdown', 'code', 'code', 'markdown'],
    );
    assert.match(four[0].source, /^### A1 \(2 points\)\n\nHow many/);
    assert.match(four[1].source, /ex\.A1\.answer\(undefined\);$/);
    assert.equal(four[2].source, 'await ex.A1.check();');
    assert.match(four[3].source, /<details>[^]*```ts\nex\.A1\.answer\(6 \* 4 \* 10\);\n```/);
  });

  it('stores what the runner needs, in its own form', () => {
    const { notebook } = syncNotebook(placeholders, definitions);
    const stored = answerCells(parseNotebook(formatNotebook(notebook)));
    assert.deepEqual(
      stored.map(({ answer }) => answer.exercise),
      definitions.map(({ id }) => id),
    );
    stored.forEach(({ answer }, at) => {
      assert.equal(answer.solution, definitions[at].solution);
      assert.deepEqual(answer.wrong, definitions[at].wrong);
    });
  });

  it('changes nothing the second time, and keeps what the author added', () => {
    const first = syncNotebook(placeholders, definitions).notebook;
    first.cells[3].source = 'await ex.A1.check({ times: times });';
    first.cells[3].metadata.editable = false;
    const second = syncNotebook(first, definitions);
    assert.deepEqual([second.changes, second.problems], [[], []]);
    assert.equal(second.notebook.cells[3].source, 'await ex.A1.check({ times: times });');
  });

  it('finds each copy that drifted and puts it right', () => {
    const { notebook } = syncNotebook(placeholders, definitions);
    notebook.cells[1].source += ' changed';
    notebook.cells[2].source = 'ex.A1.answer(240);';
    notebook.cells[4].source = 'no solution';
    (notebook.cells[6].metadata.scalable_inference as { solution: string }).solution = 'old';
    const { changes, notebook: mended } = syncNotebook(notebook, definitions);
    assert.deepEqual(changes, ['A1 question', 'A1 answer', 'A1 solution', 'A2 answer']);
    assert.deepEqual(mended, syncNotebook(placeholders, definitions).notebook);
  });

  it('names what only the author can decide', () => {
    const { notebook } = syncNotebook(placeholders, definitions);
    const doubled = { ...notebook, cells: [...notebook.cells.slice(0, 4), ...notebook.cells.slice(1, 2)] };
    const { problems } = syncNotebook(doubled, definitions.slice(0, 2));
    assert.deepEqual(problems, [
      'exercise A1 has 2 question cells instead of one',
      'exercise A1 has 0 solution cells instead of one',
      'exercise A2 is declared but has no cells; write {{exercise A2}} into a markdown cell',
    ]);
    assert.ok(
      syncNotebook(notebook, definitions.slice(1)).problems.includes('exercise A1 has cells but no declaration'),
    );
  });
});
