import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseNotebook } from 'tslab-runner/ipynb';
import { formulaHtml, formulas, htmlPage } from 'tslab-runner/report';
import { markdownCell, notebook, resultOf } from './support';

const NOTEBOOKS = path.resolve(__dirname, '../../notebooks');

/** What the formulas of the four notebooks are made of, each with what it must become. */
const PARTS: readonly (readonly [tex: string, html: RegExp])[] = [
  ['x_{\\text{int}} = \\operatorname{round}\\left(\\frac{x}{s} + z\\right)', /<mfrac><mi>x<\/mi><mi>s<\/mi><\/mfrac>/],
  ['\\hat{x} = s\\,(q - z)', /<mover>/],
  ['\\sigma^2 = \\frac{s^2}{12}', /<msup><mi>σ<\/mi>/],
  ['p_i = \\frac{e^{z_i/T}}{\\sum_j e^{z_j/T}}', /<mo[^>]*>∑<\/mo>/],
  ['\\alpha\\,\\mathrm{CE}(z, y) + (1 - \\alpha)\\,T^2\\,\\mathrm{KL}(p \\,\\|\\, q)', /<mi>KL<\/mi>/],
  ['\\begin{cases} 1 & x > 0 \\\\ 0 & \\text{else} \\end{cases}', /<mtable>/],
  ['\\sqrt{n}\\,\\max_{i} |x_i| \\le \\lfloor a \\rceil', /<msqrt>/],
];

function pageOf(markdown: string): string {
  const html = htmlPage(resultOf(notebook([markdownCell(markdown)])));
  return html.slice(html.indexOf('<section class="prose">'), html.indexOf('</section>'));
}

describe('runner: formulas', () => {
  for (const [tex, expected] of PARTS) {
    it(`becomes MathML that passes the page's sanitizer: ${tex}`, () => {
      const html = pageOf(`Text $${tex}$ and\n\n$$\n${tex}\n$$\n\nmore.`);
      assert.match(html, expected);
      assert.equal(html.match(/<math/g)?.length, 2);
      assert.match(html, /<math[^>]*display="block"/);
      const names = new Set([...formulaHtml({ tex, display: true }).matchAll(/<(\w+)/g)].map(([, name]) => name));
      for (const name of names) assert.ok(html.includes(`<${name}`), `the sanitizer took <${name}> away`);
    });
  }

  it('keep their backslashes, underscores and asterisks from Markdown', () => {
    assert.deepEqual(formulas('a $x_1 * y_1 * z\\_2$ b _c_ $$\\begin{aligned}a&=b\\\\c&=d\\end{aligned}$$'), [
      { tex: 'x_1 * y_1 * z\\_2', display: false },
      { tex: '\\begin{aligned}a&=b\\\\c&=d\\end{aligned}', display: true },
    ]);
  });

  it('are no amounts of dollars, no code and no variables of a shell', () => {
    const text = 'It costs $5 and $6, $ 7 $, \\$8\\$, `$x$` and $HOME.\n\n```sh\necho $A $$B$$ $C\n```';
    assert.deepEqual(formulas(text), []);
    assert.match(pageOf(text), /It costs \$5 and \$6, \$ 7 \$, \$8\$, <code>\$x\$<\/code> and \$HOME\./);
  });

  it('say where they cannot be read, and stand in a page as they were written', () => {
    assert.throws(() => formulaHtml({ tex: '\\fract{1}{2}', display: false }), /\\fract/);
    assert.match(pageOf('See $\\fract{1}{<b>}$.'), /<code>\\fract\{1\}\{&lt;b&gt;\}<\/code>/);
    assert.doesNotMatch(pageOf('$\\href{javascript:alert(1)}{x}$ $\\text{<script>1</script>}$'), /href=|<script/);
  });

  for (const file of readdirSync(NOTEBOOKS).filter((name) => name.endsWith('.ipynb'))) {
    it(`can be read in ${file}`, () => {
      const { cells } = parseNotebook(readFileSync(path.join(NOTEBOOKS, file), 'utf8'), file);
      cells.forEach((cell, index) => {
        if (cell.cell_type !== 'markdown') return;
        for (const formula of formulas(cell.source))
          assert.match(formulaHtml(formula), /^<math/, `cell ${index + 1}: ${formula.tex}`);
      });
    });
  }
});
