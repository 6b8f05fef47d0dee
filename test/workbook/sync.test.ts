import assert from 'node:assert/strict';

import { syncNotebook } from 'scalable-inference-workbook';
import { answerCells, exerciseOf } from 'tslab-runner/ipynb';
import { parseNotebook } from 'tslab-runner/ipynb';
import type { Cell, Notebook } from 'tslab-runner/ipynb';
import { formatNotebook } from 'tslab-runner/ipynb';
import { demoExercises } from './demo-answers';

const exercises = demoExercises();
const ids = exercises.map(({ definition }) => definition.id);

function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source, at): Cell => ({ id: `c${at}`, cell_type: 'markdown', source, metadata: {} }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

const placeholders = notebookOf('# Title', ...ids.map((id) => `{{exercise ${id}}}`), 'the end');

describe('writing exercises into a notebook', () => {
  it('turns a placeholder into question, answer, check and solution, in this order', () => {
    const { notebook, problems } = syncNotebook(placeholders, exercises);
    assert.deepEqual(problems, []);
    // A choice has a cell for its options, a prediction no solution.
    assert.equal(notebook.cells.length, 2 + 4 * exercises.length + 1 - 1);
    const four = notebook.cells.slice(1, 5);
    assert.deepEqual(
      four.map((cell) => (cell.metadata.tags as string[])[0]),
      ['question', 'answer', 'check', 'solution'],
    );
    assert.deepEqual(
      four.map((cell) => cell.cell_type),
      ['markdown', 'code', 'code', 'markdown'],
    );
    assert.match(four[0].source, /^### A1\. Count a dense layer \(2 points\)\n\nHow many/);
    assert.match(four[1].source, /ex\.A1\.answer\(undefined\);$/);
    assert.equal(four[2].source, 'await ex.A1.check();');
    assert.match(four[3].source, /<details>[^]*```ts\nex\.A1\.answer\(6 \* 4 \* 10\);\n```/);
  });

  it('shows the options of a choice in a cell of their own, and no solution of a prediction', () => {
    const { notebook } = syncNotebook(placeholders, exercises);
    const of = (id: string) => notebook.cells.filter((cell) => exerciseOf(cell) === id);
    const roles = (id: string) => of(id).map((cell) => (cell.metadata.tags as string[])[0]);
    assert.deepEqual(roles('A4'), ['question', 'options', 'answer', 'check', 'solution']);
    assert.equal(of('A4')[1].source, 'ex.A4.options();');
    assert.doesNotMatch(of('A4')[0].source, /fastest/);
    assert.deepEqual(roles('A5'), ['question', 'answer', 'check']);
    assert.doesNotMatch(
      of('A5')
        .map(({ source }) => source)
        .join(),
      /100/,
    );
    // A notebook from before gets the one and loses the other.
    const cells = notebook.cells.filter((cell) => cell.id !== 'A4-options');
    const solution = {
      ...cells[4],
      id: 'A5-solution',
      metadata: { ...cells[4].metadata, scalable_inference: { exercise: 'A5' } },
    };
    const { changes, notebook: again } = syncNotebook({ ...notebook, cells: [...cells, solution] }, exercises);
    assert.deepEqual(changes, ['A5 solution removed', 'A4 options']);
    assert.deepEqual(again, notebook);
  });

  it('stores what the runner needs, in its own form', () => {
    const { notebook } = syncNotebook(placeholders, exercises);
    const stored = answerCells(parseNotebook(formatNotebook(notebook)));
    assert.deepEqual(
      stored.map(({ answer }) => answer.exercise),
      ids,
    );
    stored.forEach(({ answer }, at) => {
      assert.equal(answer.solution, exercises[at].answers.solution);
      assert.deepEqual(answer.wrong, exercises[at].answers.wrong);
    });
  });

  it('changes nothing the second time, and keeps what the author added', () => {
    const first = syncNotebook(placeholders, exercises).notebook;
    first.cells[3].source = 'await ex.A1.check({ times: times });';
    first.cells[3].metadata.editable = false;
    const second = syncNotebook(first, exercises);
    assert.deepEqual([second.changes, second.problems], [[], []]);
    assert.equal(second.notebook.cells[3].source, 'await ex.A1.check({ times: times });');
  });

  it('finds each copy that drifted and puts it right', () => {
    const { notebook } = syncNotebook(placeholders, exercises);
    notebook.cells[1].source += ' changed';
    notebook.cells[2].source = 'ex.A1.answer(240);';
    notebook.cells[4].source = 'no solution';
    (notebook.cells[6].metadata.scalable_inference as { solution: string }).solution = 'old';
    const { changes, notebook: mended } = syncNotebook(notebook, exercises);
    assert.deepEqual(changes, ['A1 question', 'A1 answer', 'A1 solution', 'A2 answer']);
    assert.deepEqual(mended, syncNotebook(placeholders, exercises).notebook);
  });

  it('names what only the author can decide', () => {
    const { notebook } = syncNotebook(placeholders, exercises);
    const doubled = { ...notebook, cells: [...notebook.cells.slice(0, 4), ...notebook.cells.slice(1, 2)] };
    const { problems } = syncNotebook(doubled, exercises.slice(0, 2));
    assert.deepEqual(problems, [
      'exercise A1 has 2 question cells instead of one',
      'exercise A1 has 0 solution cells instead of one',
      'exercise A2 is declared but has no cells; write {{exercise A2}} into a markdown cell',
    ]);
    const unknown = notebookOf('{{exercise A9}}', ...ids.map((id) => `{{exercise ${id}}}`));
    assert.deepEqual(syncNotebook(unknown, exercises).problems, [
      '{{exercise A9}} names no declared exercise; declared are: A1, A2, A3, A4, A5, A6',
    ]);
    assert.ok(syncNotebook(notebook, exercises.slice(1)).problems.includes('exercise A1 has cells but no declaration'));
  });
});
