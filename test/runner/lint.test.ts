import assert from 'node:assert/strict';

import { formatNotebook, type JsonObject, type Notebook } from 'tslab-runner/ipynb';
import { lintText, type Rule } from 'tslab-runner/lint';
import { codeCell, markdownCell, notebook, tagged } from './support';

const own = (fields: JsonObject): JsonObject => ({ scalable_inference: fields });
const SOLUTION = 'ex.A1.answer(3);';
const ANSWER = own({
  exercise: 'A1',
  solution: SOLUTION,
  wrong: [
    { source: 'a', reason: 'r' },
    { source: 'b', reason: 'r' },
  ],
});

const answer = (metadata: JsonObject = ANSWER) => tagged(['answer'], 'ex.A1.answer(undefined);', metadata);
const check = (exercise = 'A1') => tagged(['check'], 'await ex.A1.check();', own({ exercise }));
const solution = (source = SOLUTION, exercise = 'A1') =>
  markdownCell(`Solution\n\n\`\`\`ts\n${source}\n\`\`\``, { tags: ['solution'], ...own({ exercise }) });

function rules(content: Notebook | string): Rule[] {
  return lintText(typeof content === 'string' ? content : formatNotebook(content), 'x.ipynb').map(({ rule }) => rule);
}

describe('runner: lint', () => {
  const EARLIER =
    "import * as path from 'path';\nconst a = 1, list = [{ k: 1 }];\nfunction make() { return { k: a }; }\nconst p = Promise.resolve(1);";

  it('finds nothing in a good notebook', () => {
    const cells = [
      markdownCell('# Title'),
      'const a = 1;',
      answer(),
      check(),
      solution(),
      'const v = await f();\nconsole.log({ a: a, v }, await (v));',
    ];
    assert.deepEqual(lintText(formatNotebook(notebook(cells)), 'x.ipynb'), []);
  });

  for (const [source, expected] of [
    ['console.log({ a });', 'shorthand'],
    ['console.log({ path });', 'shorthand'],
    ['const { k: b } = make();', 'destructuring'],
    ['function f() { const { k: b } = make(); return b; }', 'destructuring'],
    ['for (const { k: b } of list) console.log(b);', 'destructuring'],
    ['await (p);', 'await'],
    ['const v = await (p);', 'await'],
    ['console.log(await (await p));', 'await'],
    ['await [p];', 'await'],
    ['for await (const x of list) console.log(x);', 'await'],
    ['export const b = 1;', 'module-syntax'],
    ['console.log(import.meta.url);', 'module-syntax'],
    ['const = 3;', 'syntax'],
  ] as const) {
    it(`${expected}: ${source}`, () => assert.deepEqual([...new Set(rules(notebook([EARLIER, source])))], [expected]));
  }

  for (const source of [
    'function f(a: number) { return { a }; }',
    'const a = 2;\nconsole.log({ a });',
    'console.log(list.map(({ k: b }) => b));',
    'const { dir: d } = path.parse("/a/b");',
    'const { k } = make();',
    'const o = { k: 1 };\nconst { k: b } = o;',
    'const v = await p;\nconst w = await (p);',
    'const v = await p;\nfor await (const x of list) console.log(x);',
    'async function f() { return await (p); }',
  ]) {
    it(`lets pass: ${source.split('\n').join(' ')}`, () => assert.deepEqual(rules(notebook([EARLIER, source])), []));
  }

  it('names file, cell and line', () => {
    const [finding] = lintText(formatNotebook(notebook([EARLIER, '\nconsole.log({ a });'])), 'x.ipynb');
    assert.deepEqual([finding?.path, finding?.cell, finding?.line], ['x.ipynb', 1, 2]);
  });

  it('counts lines of a cell', () => {
    assert.deepEqual(rules(notebook([Array(25).fill('f();').join('\n')])), []);
    assert.deepEqual(rules(notebook([Array(26).fill('f();').join('\n')])), ['cell-length']);
  });

  it('refuses stored outputs and counts', () => {
    assert.deepEqual(rules(notebook([codeCell('1', [{ output_type: 'stream', name: 'stdout', text: 'x' }])])), [
      'outputs',
    ]);
    assert.deepEqual(rules(notebook([{ ...codeCell('1'), execution_count: 3 }])), ['outputs']);
  });

  it('refuses another text form, another kernel and ids that are missing or used twice', () => {
    assert.deepEqual(rules(JSON.stringify(notebook(['1']))), ['canonical']);
    assert.deepEqual(rules(notebook(['1'], 'python3')), ['kernel']);
    const [cell] = notebook(['1']).cells;
    assert.deepEqual(rules({ ...notebook([]), cells: [cell as never, cell as never] }), ['cell-id']);
    assert.deepEqual(rules({ ...notebook([]), cells: [codeCell('1')] }), ['cell-id']);
    assert.deepEqual(rules('no notebook'), ['notebook']);
  });

  it('finds placeholders of exercises that nobody wrote', () => {
    for (const source of ['{{exercise A13}}', '  {{ exercise A13 }}\n', 'First: {{exercise A13}}', '{{exercise}}'])
      assert.deepEqual(rules(notebook([markdownCell(source)])), ['placeholder'], source);
    assert.deepEqual(rules(notebook([markdownCell('an exercise of {{braces}}, {exercise A13}')])), []);
  });

  it('wants a check, a solution and wrong answers for each exercise', () => {
    assert.deepEqual(rules(notebook([answer(), solution()])), ['check']);
    assert.deepEqual(
      rules(notebook([check(), answer(), solution()])),
      ['check'],
      'a check above its answer does not count',
    );
    assert.deepEqual(rules(notebook([answer(), check()])), ['solution']);
    assert.deepEqual(rules(notebook([answer(), check(), solution('another')])), ['solution']);
    assert.deepEqual(rules(notebook([answer(), check(), { ...codeCell(SOLUTION), metadata: solution().metadata }])), [
      'solution',
    ]);
    assert.deepEqual(rules(notebook([answer(own({ exercise: 'A1', wrong: [] })), check(), solution()])), ['solution']);
    assert.deepEqual(
      rules(notebook([answer(own({ exercise: 'A1', solution: SOLUTION, wrong: [] })), check(), solution()])),
      ['answer'],
    );
    assert.deepEqual(rules(notebook([answer(), check(), solution(), check('A2')])), ['check']);
    assert.deepEqual(rules(notebook([answer(), answer(), check(), solution()])), ['answer']);
  });
});
