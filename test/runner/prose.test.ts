import assert from 'node:assert/strict';
import { formatNotebook } from 'tslab-runner/ipynb';
import { lintText, MAXIMUM_LINE_LENGTH, proseNumbers } from 'tslab-runner/lint';
import { markdownCell, notebook, tagged } from './support';

const found = (text: string, isQuestion = false): string[] => proseNumbers(text, isQuestion).map((one) => one.text);

describe('runner: numbers in prose', () => {
  for (const [text, expected] of [
    ['The ResNet takes 12.5 ms here.', ['12.5 ms']],
    ['It loses 0.4 percentage points.', ['0.4 percentage points']],
    ['It is right on 90 % of them.', ['90 %']],
    ['It is right on **90 %** of them.', ['90 %']],
    ['Its 23,508,032 weights are 4x smaller, a 10-fold gain.', ['23,508,032', '4x', '10-fold']],
    ['Pruned, it is three times as fast, and twice as small.', ['three times as fast', 'twice as small']],
    ['| a | 81.3 % |\n|---|---|\n| b | -3.2 |', ['81.3 %', '-3.2']],
    ['### A network that is 7 times faster', ['7 times']],
    ['Between 2 and 5 of them, 1 %.', ['5', '1 %']],
    ['The file costs $5 and $6 more.', ['5', '6']],
  ] as const) {
    it(`finds: ${text.split('\n').join(' ')}`, () => assert.deepEqual(found(text), expected));
  }

  for (const text of [
    'ResNet-50 of 2015 on CIFAR-10: 7x7 kernels, 8-bit integers, int8, a 32-bit sum, top-1, B0, [1, 256, 256, 3].',
    '## 3. Time\n\nSection 3 and lines 2, 4 and 7 say why.\n\n1. One.\n2. Two.',
    '### A4. The stopwatch (3 points)',
    'Previous: [3. Pruning](pruning.ipynb) · Next: [12. What else](else.ipynb)',
    'Between 0 and 1, `x * 255`, $x_{100} = 3.5$ and\n\n$$y = 12 x$$\n\n```ts\nconst a = 345;\n```',
    'Top-1 is 76.13 % [as published](https://example.org/weights).',
    'It keeps 97 % of the score.\n<!-- published: Sanh et al. 2019, table 1 -->',
    'It has 10 classes of 6,000 pictures. <!-- given: how CIFAR-10 is made -->',
    'The student sees every picture many times.',
  ]) {
    it(`lets pass: ${text.split('\n').join(' ')}`, () => assert.deepEqual(found(text), []));
  }

  it('takes a link for its sentence and a mark for its paragraph alone', () => {
    const text =
      'It is 76 % [there](https://example.org). Here it is 75 %.\n\nIt was 74 %. <!-- given: x -->\n\nAnd 73 %.';
    assert.deepEqual(found(text), ['75 %', '73 %']);
    assert.deepEqual(found('It was 74 %. <!-- given: -->'), ['74 %'], 'a mark without a reason is none');
  });

  it('lets a question set numbers, not claim them', () => {
    assert.deepEqual(found('Prune **20 %** of its 6 layers. Others got 90 % right.', true), ['90 %']);
    assert.deepEqual(found('- **a**: 90 %\n- **b**: 80 %\n\n<!-- given: choices -->', true), []);
  });

  it('reads the cells of a workbook and its model answers in words', () => {
    const own = (exercise: string) => ({ scalable_inference: { exercise } });
    const fence = (code: string) => `A\n\n\`\`\`ts\n${code}\n\`\`\``;
    const cells = [
      markdownCell('Fine.\n\nIt takes 5 ms.'),
      tagged(['answer'], 'ex.A1.answer(1);', own('A1')),
      markdownCell(
        fence('ex.A1.answer(`Here the ResNet is clearly the fastest,\nit takes 7 ms, not ${"${x + 100}"}.`);'),
        {
          tags: ['solution'],
          ...own('A1'),
        },
      ),
      markdownCell(fence("ex.A1.answer(['64', 'a 7', 128 * 128]);"), { tags: ['solution'], ...own('A1') }),
    ];
    const prose = (list: typeof cells) =>
      lintText(formatNotebook(notebook(list)), 'x.ipynb')
        .filter(({ rule }) => rule === 'prose-number')
        .map(({ cell, line, message }) => [cell, line, message.split('"')[1]]);
    assert.deepEqual(prose(cells), [
      [0, 3, '5 ms'],
      [2, 5, '7 ms'],
    ]);
    assert.deepEqual(prose(cells.slice(0, 1)), [], 'a notebook without exercises makes no such promise');
  });

  it('measures the lines of a cell', () => {
    const wide = `// ${'x'.repeat(MAXIMUM_LINE_LENGTH - 2)}`;
    const [finding, ...others] = lintText(formatNotebook(notebook([`${wide.slice(1)}\n${wide}`])), 'x.ipynb').filter(
      ({ rule }) => rule === 'line-length',
    );
    assert.deepEqual([finding?.cell, finding?.line, others.length], [0, 2, 0]);
  });
});
