import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { syncNotebook } from 'scalable-inference-workbook';
import { CHECK_MIME } from 'tslab-runner/ipynb';
import { parseNotebook } from 'tslab-runner/ipynb';
import type { Cell, DisplayOutput, Notebook } from 'tslab-runner/ipynb';
import { formatNotebook } from 'tslab-runner/ipynb';
import { codeCell, markdownCell, notebook, runCli, tagged } from '../runner/support';
import { demoExercises } from './demo-answers';

// Inside the checkout, so that the notebook finds the package by its name.
const folder = path.resolve(__dirname, `../out/notebook-kernel-${process.pid}`);
const file = path.join(folder, 'demo.ipynb');

const setup = `import * as notebook from 'scalable-inference-workbook';
const { compare, exercise, onCases, workbook } = notebook;
${readFileSync(path.join(__dirname, 'demo.ts'), 'utf8')
  .replace(/^import .*\n/gm, '')
  .replace('export function', 'function')}
const ex = demoWorkbook();
ex.panel();`;

const chart = `const rows = [{ x: 1, y: 2 }, { x: 2, y: 3 }];
const words = { title: 'Points', caption: 'Two of them.' };
await notebook.charts.scatter(rows, { ...words, x: { field: 'x', title: 'x (ms)' }, y: { field: 'y', title: 'y (MB)' } }).show();
await notebook.plotly.scatter(rows, { ...words, x: { field: 'x', title: 'x (ms)' }, y: { field: 'y', title: 'y (MB)' } }).show();`;

const loop = `for (const step of notebook.progress([1, 2, 3], { label: 'waiting' })) {
  await new Promise((resolve) => setTimeout(resolve, 600));
}`;

function demoNotebook(): Notebook {
  const exercises = demoExercises();
  const placeholders = exercises.map(({ definition: { id } }) => markdownCell(`{{exercise ${id}}}`));
  const broken = tagged(['raises-exception'], 'ex.A4.answer(nobodyDeclaredThis);');
  const later = ['await ex.A5.score(120);', 'const values = await ex.A2.use({ factor: 2 });\nconsole.log(values);'];
  const cells: Cell[] = [
    codeCell(setup),
    codeCell(chart),
    codeCell(loop),
    broken,
    ...placeholders,
    ...later.map((source) => codeCell(source)),
  ];
  const synced = syncNotebook(notebook(cells), exercises).notebook;
  const check = synced.cells.find((cell) => cell.source === 'await ex.A2.check();') as Cell;
  check.source = 'await ex.A2.check({ factor: 2 });';
  return synced;
}

async function run(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runCli([file, ...args]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
}

function displays(executed: Notebook): DisplayOutput[] {
  const outputs = executed.cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  return outputs.filter((output): output is DisplayOutput => output.output_type === 'display_data');
}

describe('a notebook in the real kernel', () => {
  before(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, formatNotebook(demoNotebook()));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('shows charts, progress, panel and checks, unanswered and after a broken answer cell', async () => {
    const out = path.join(folder, 'out');
    await run('--out', out);
    const shown = displays(parseNotebook(readFileSync(path.join(out, 'demo.ipynb'), 'utf8')));
    const withType = (type: string) => shown.filter((output) => type in output.data);
    assert.equal(withType('application/vnd.vegalite.v5+json').length, 1);
    assert.equal(withType('application/vnd.plotly.v1+json').length, 1);
    assert.match(String(withType('image/svg+xml')[0]?.data['image/svg+xml']), /^<svg[^]*Two of them\./);
    const checks = withType(CHECK_MIME);
    assert.equal(checks.length, 7);
    assert.ok(checks.every((output) => (output.data[CHECK_MIME] as { status: string }).status === 'unanswered'));
    const texts = shown.map((output) => String(output.data['text/plain']));
    assert.ok(
      texts.some((text) => /^waiting \[#{24}\] 3 of 3, .* finished after/.test(text)),
      texts.join('\n'),
    );
    assert.ok(texts.some((text) => /^Progress: demo: 0 of 6 answered/.test(text)));
  });

  it('passes every check with the solutions', () => run('--answers', 'solutions'));

  it('fails every check for its stated reason with the wrong answers', () => run('--answers', 'wrong'));
});
