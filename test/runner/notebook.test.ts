import assert from 'node:assert/strict';

import {
  answerCells,
  declaredParameters,
  fillAnswers,
  formatNotebook,
  graftAnswers,
  injectParameters,
  type Notebook,
  NotebookError,
  parseNotebook,
  parseParameter,
} from 'tslab-runner/ipynb';
import { codeCell, markdownCell, notebook, tagged } from './support';

const answer = (exercise: string, wrong: string[], source = 'const stub = 0;') =>
  tagged(['answer'], source, {
    scalable_inference: {
      exercise,
      solution: `solution of ${exercise}`,
      wrong: wrong.map((text) => ({ source: text, reason: 'because' })),
    },
  });

const FAILS = { status: 'not-yet', reason: 'because' };

const sources = (filled: Notebook): string[] => filled.cells.map(({ source }) => source);

describe('runner: notebooks', () => {
  it('writes what Jupyter writes: sorted keys, one space, lists of lines, a newline at the end', () => {
    const text = formatNotebook(
      notebook([codeCell('a\nb\u2028c\r\nd', [{ output_type: 'stream', name: 'stdout', text: 'é\n' }])]),
    );
    assert.match(text, /"source": \[\n {4}"a\\n",\n {4}"b\u2028",\n {4}"c\\r\\n",\n {4}"d"\n {3}\]/);
    assert.match(text, /"text": \[\n {6}"é\\n"\n/);
    assert.ok(text.indexOf('"cells"') < text.indexOf('"metadata"') && text.endsWith('}\n'));
  });

  it('reads back what it wrote, whatever the text', () => {
    for (const source of ['', '\n', 'a', 'a\n', '\r\n\n', 'x\u2029y\u0085', '日本語\v\f\x1c']) {
      const original = notebook([codeCell(source), markdownCell(source)]);
      assert.deepEqual(parseNotebook(formatNotebook(original)), original);
    }
  });

  it('keeps fields it does not know', () => {
    const extended = {
      ...notebook([codeCell('1')]),
      metadata: { kernelspec: { name: 'tslab' }, own: { deep: [1, null, 'x'] } },
    };
    assert.deepEqual(parseNotebook(formatNotebook(extended)), extended);
  });

  for (const [what, text, message] of [
    ['a number', '3', /JSON object, found 3/],
    [
      'cells as an object',
      '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":{}}',
      /"cells" as a list, found an object/,
    ],
    ['no metadata', '{"nbformat":4,"nbformat_minor":5,"cells":[]}', /"metadata" as an object, found nothing/],
    [
      'an unknown cell type',
      '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"sql","source":""}]}',
      /cell 1: expected a code, markdown or raw cell, found "sql"/,
    ],
    [
      'tags as text',
      '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","source":"","metadata":{"tags":"answer"}}]}',
      /tags/,
    ],
  ] as const) {
    it(`refuses ${what} and says why`, () => {
      assert.throws(
        () => parseNotebook(text, 'file.ipynb'),
        (error) =>
          error instanceof NotebookError && message.test(error.message) && error.message.startsWith('file.ipynb: '),
      );
    });
  }
});

describe('runner: parameters', () => {
  const declared = notebook([
    tagged(['parameters'], "const batch: number = 100;\nlet profile: 'quick' | 'full' = 'quick';\nvar deep = true;"),
    'use(batch);',
  ]);

  it('reads values as JSON, else as text', () => {
    assert.deepEqual(['a=3', 'b=true', 'c=[1,2]', 'd=full', 'e="3"', 'f=', 'g=x=y'].map(parseParameter), [
      ['a', 3],
      ['b', true],
      ['c', [1, 2]],
      ['d', 'full'],
      ['e', '3'],
      ['f', ''],
      ['g', 'x=y'],
    ]);
    assert.throws(() => parseParameter('3=a'), /name=value/);
  });

  it('finds names with keyword and type', () => {
    assert.deepEqual([...declaredParameters(declared).keys()], ['batch', 'profile', 'deep']);
  });

  it('adds one cell right after the parameters, with keyword and type kept', () => {
    const injected = injectParameters(
      declared,
      new Map<string, never>([
        ['batch', 5 as never],
        ['profile', 'full' as never],
        ['other', 1 as never],
      ]),
    );
    assert.equal(injected.cells.length, 3);
    assert.equal(injected.cells[1]?.source, "const batch: number = 5;\nlet profile: 'quick' | 'full' = \"full\";");
    assert.deepEqual(injected.cells[1]?.metadata, { tags: ['injected-parameters'] });
    assert.equal(declared.cells.length, 2, 'the original is unchanged');
  });

  it('replaces an injected cell of an earlier run', () => {
    const twice = injectParameters(injectParameters(declared, new Map([['batch', 1]])), new Map([['batch', 2]]));
    assert.deepEqual(sources(twice).slice(1), ['const batch: number = 2;', 'use(batch);']);
  });
});

describe('runner: answers', () => {
  const exercises = notebook([answer('A1', ['w11', 'w12', 'w13']), answer('A2', ['w21', 'w22']), 'rest']);

  it('leaves them as they are', () =>
    assert.deepEqual(
      fillAnswers(exercises, 'as-is').map(({ notebook: filled }) => sources(filled)),
      [sources(exercises)],
    ));

  it('fills in the solutions', () => {
    const [filled] = fillAnswers(exercises, 'solutions');
    assert.deepEqual(sources(filled?.notebook), ['solution of A1', 'solution of A2', 'rest']);
    assert.deepEqual(
      [...(filled?.expected ?? [])],
      [
        ['A1', { status: 'passed' }],
        ['A2', { status: 'passed' }],
      ],
    );
  });

  it('runs once for each index of wrong answers, with the solution where there is none', () => {
    const runs = fillAnswers(exercises, 'wrong');
    assert.deepEqual(
      runs.map(({ notebook: filled }) => sources(filled).slice(0, 2)),
      [
        ['w11', 'w21'],
        ['w12', 'w22'],
        ['w13', 'solution of A2'],
      ],
    );
    assert.deepEqual(
      runs.map(({ expected }) => [...expected.values()]),
      [
        [FAILS, FAILS],
        [FAILS, FAILS],
        [FAILS, { status: 'passed' }],
      ],
    );
  });

  it('tries the cell as it is, then each wrong answer, then keeps the solution, all in one run', () => {
    const runs = fillAnswers(exercises, 'all');
    assert.equal(runs.length, 1);
    assert.deepEqual(sources(runs[0].notebook), ['solution of A1', 'solution of A2', 'rest']);
    const tried = [...(runs[0].attempts ?? [])].map(([index, attempts]) => [index, ...attempts.map(Object.values)]);
    const asItIs = ['as it is', 'const stub = 0;', { status: 'unanswered' }];
    const wrong = (number: number, source: string) => [`wrong answer ${number}`, source, FAILS];
    assert.deepEqual(tried, [
      [0, asItIs, wrong(1, 'w11'), wrong(2, 'w12'), wrong(3, 'w13')],
      [1, asItIs, wrong(1, 'w21'), wrong(2, 'w22')],
    ]);
    assert.deepEqual(fillAnswers(notebook(['rest']), 'all'), []);
  });

  it('asks for at least two wrong answers', () =>
    assert.equal(answerCells(notebook([answer('A1', ['one'])])).length, 0));

  it('takes only answers from a submission', () => {
    const submission = notebook([answer('A1', ['x', 'y'], 'my answer'), 'a cell of my own']);
    const { notebook: grafted, missing } = graftAnswers(exercises, submission);
    assert.deepEqual(sources(grafted), ['my answer', 'const stub = 0;', 'rest']);
    assert.deepEqual(
      missing.map(({ exercise }) => exercise),
      ['A2'],
    );
  });
});
