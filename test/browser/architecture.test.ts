import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { parametersOf, readCells, type Cell } from './support/cells';
import { Browser, describeInBrowser } from './support/chromium';
import { NotebookPage, type DrawnChart } from './support/notebook-page';
import { Workspace } from './support/workspace';

const NAME = 'architecture.ipynb';
const screenshots = path.resolve(__dirname, '../screenshots');

/** What a person counts at least when looking at the chart; a legend alone would not reach it. */
const LEAST_MARKS: readonly (readonly [RegExp, number])[] = [
  [/^Time for/, 3],
  [/^Memory moved/, 15],
  [/^Accuracy against time/, 12],
  [/^Throughput against parameters/, 12],
  [/time for one picture by batch size/, 1],
  [/^How well each count/, 4],
  [/^Measured layers and networks/, 8],
  [/^Two precisions/, 6],
];

function assertDrawn(chart: DrawnChart): void {
  const least = LEAST_MARKS.find(([title]) => title.test(chart.title))?.[1] ?? 2;
  const found = `found ${chart.marks} in the ${chart.kind} chart "${chart.title}"`;
  assert.ok(chart.marks >= least, `expected at least ${least} marks, ${found}`);
}

describeInBrowser('the architecture notebook in a browser', function (chromium) {
  this.timeout(600_000);
  let workspace: Workspace;
  let browser: Browser;
  let notebook: NotebookPage;
  let cells: Cell[];

  const indexOf = (id: string): number => {
    const index = cells.findIndex((cell) => cell.id === id);
    assert.notEqual(index, -1, `expected a cell "${id}" in ${NAME}`);
    return index;
  };
  const indexWith = (text: string): number => {
    const index = cells.findIndex(({ source, tags }) => source.includes(text) && !tags.includes('question'));
    assert.notEqual(index, -1, `expected a cell with ${text} in ${NAME}`);
    return index;
  };
  const parameters = (): number => parametersOf(cells);
  const outputText = (index: number): Promise<string> => notebook.output(index).innerText();
  const photograph = async (index: number, name: string): Promise<void> => {
    await notebook.cell(index).scrollIntoViewIfNeeded();
    await notebook.page.screenshot({ path: path.join(screenshots, name) });
  };
  const answer = async (id: string, source: string): Promise<string> => {
    await notebook.write(indexOf(`${id}-answer`), source);
    await notebook.run(indexOf(`${id}-answer`));
    await notebook.run(indexOf(`${id}-check`));
    return outputText(indexOf(`${id}-check`));
  };

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workspace = new Workspace();
    cells = readCells(path.join(workspace.folder, NAME));
    await workspace.start();
    browser = await Browser.open(chromium, workspace.profile);
    notebook = new NotebookPage(browser.page);
    await notebook.open({ url: workspace.url, token: workspace.token, name: NAME });
  });
  after(async () => {
    await browser?.close();
    await workspace?.remove();
  });
  afterEach(async function () {
    if (!this.currentTest?.isFailed()) return;
    const name = `failed-${this.currentTest.title.replace(/\W+/g, '-')}.png`;
    await notebook?.page.screenshot({ path: path.join(screenshots, name) });
  });

  it('runs from top to bottom, in the size that its parameters cell says', async () => {
    const quick = cells[parameters()].source.replace('quick = false', 'quick = true');
    assert.notEqual(quick, cells[parameters()].source);
    await notebook.write(parameters(), quick);
    await notebook.menu('Run', 'Run All Cells');
    await notebook.settled();
    await notebook.assertRanWhole();
  });

  it('draws every chart, bars, points and lines included', async () => {
    const charts = await notebook.charts();
    const call = /\bawait notebook\.(charts|plotly)\.\w+\(/g;
    const withoutHalf = (await outputText(indexOf('half-machine'))).includes('no second roof');
    const drawing = cells.filter(({ id }) => !(withoutHalf && id === 'half-chart'));
    const asked = drawing.flatMap(({ source }) => [...source.matchAll(call)]);
    assert.equal(charts.length, asked.length, charts.map(({ title }) => title).join(', '));
    assert.deepEqual(
      charts.map(({ kind }) => kind),
      asked.map(([, kind]) => (kind === 'plotly' ? 'plotly' : 'vega')),
    );
    charts.forEach(assertDrawn);
    await photograph(indexWith('Accuracy against time'), 'chart.png');
  });

  it('lets a reader query the table of published networks', async () => {
    const table = notebook.output(indexWith('notebook.table(models.table()'));
    await table.locator('input[type="search"]').fill('resnet50');
    const shown = await table.locator('tbody tr:visible').allInnerTexts();
    assert.ok(shown.length > 0 && shown.every((row) => row.includes('resnet50')), shown.join('\n'));
    await table.locator('input[type="search"]').fill('parameters > 300,000,000');
    const large = await table.locator('tbody tr:visible').allInnerTexts();
    assert.ok(large.length > 0 && !large.some((row) => row.includes('resnet')), large.join('\n'));
  });

  it('says what is wrong with an answer, and opens hints one by one', async () => {
    const text = await answer('A8', 'ex.A8.answer(256 * 256 * 64 * 7 * 7 * 3);');
    assert.match(text, /A8\. Count one convolution by hand: not yet/);
    assert.match(text, /With stride 2 the output has half the height/);
    assert.match(text, /expected/);
    const check = notebook.output(indexOf('A8-check'));
    const second = check.getByText(/^Output values: /);
    assert.ok(!(await check.getByText(/^Output size: /).isVisible()));
    await check.getByText('Hint 1 of 2').click();
    assert.ok(await check.getByText(/^Output size: /).isVisible());
    assert.ok(!(await second.isVisible()));
    await check.getByText('Hint 2 of 2').click();
    assert.ok(await second.isVisible());
    await photograph(indexOf('A8-answer'), 'check-not-yet.png');
  });

  it('opens the solution on request, right below', async () => {
    const solution = notebook.cell(indexOf('A8-solution'));
    const code = solution.locator('pre').getByText('ex.A8.answer(128 * 128 * 64 * 7 * 7 * 3);');
    assert.ok(!(await code.isVisible()));
    await solution.locator('summary').click();
    assert.ok(await code.isVisible());
    await photograph(indexOf('A8-answer'), 'solution.png');
  });

  it('accepts the right answer and counts it in the panel at once', async () => {
    const panel = indexWith('ex.panel()');
    const before = await outputText(panel);
    assert.match(
      await answer('A8', 'ex.A8.answer(128 * 128 * 64 * 7 * 7 * 3);'),
      /A8\. Count one convolution by hand: passed · 2 of 2 points/,
    );
    await photograph(indexOf('A8-answer'), 'check-passed.png');
    const after = await outputText(panel);
    assert.notEqual(after, before);
    assert.match(after, /operations\s+\d of 5\s+1 of 5\s+2 of 12/);
  });

  it('measures again with other parameters', async () => {
    const sizes = ['imageSize = 64', 'batchSize = 3', 'repetitions = 1', 'maxParams = 6e6', 'quick = false'];
    await notebook.write(parameters(), sizes.map((size) => `let ${size};`).join('\n'));
    const chart = indexWith('notebook.charts.');
    await notebook.select(chart + 1);
    await notebook.menu('Run', 'Run All Above Selected Cell');
    await notebook.settled();
    const [first] = await notebook.charts();
    assert.match(first.title, /^Time for one of 3 pictures of 64x64/);
    assertDrawn(first);
  });

  it('knows the passed exercise after a restart of the kernel, and goes on', async () => {
    await notebook.restart();
    const panel = indexWith('ex.panel()');
    await notebook.select(panel + 1);
    await notebook.menu('Run', 'Run All Above Selected Cell');
    await notebook.settled();
    assert.match(await outputText(panel), /operations\s+\d of 5\s+1 of 5\s+2 of 12/);
    assert.ok(existsSync(path.join(workspace.folder, '.progress/architecture.json')));
    assert.match(
      await answer('A21', "ex.A21.answer(['line2', 'line5', 'line6', 'line8']);"),
      /A21\. Find the mistakes in a benchmark: passed · 3 of 3 points/,
    );
    assert.match(await outputText(panel), /mistakes\s+1 of 1\s+1 of 1\s+3 of 3/);
  });

  it('shows what a cell throws below it, and runs the next one', async () => {
    const thrown = await notebook.append("throw new Error('a deliberate mistake');");
    await notebook.run(thrown);
    const error = notebook.output(thrown).locator('[data-mime-type="application/vnd.jupyter.stderr"]');
    assert.match(await error.innerText(), /a deliberate mistake/);
    await notebook.page.waitForTimeout(300); // the kernel refuses cells for 200 ms after a failed one
    const next = await notebook.append('console.log(6 * 7);');
    await notebook.run(next);
    assert.equal((await outputText(next)).trim(), '42');
  });

  it('writes nothing in its charts that cannot be read, in either theme', () =>
    notebook.assertReadableInBothThemes(screenshots, 'architecture'));

  it('never asked another machine for anything, and left no error on the console', () => {
    assert.ok(browser.requests > 50, `expected the requests of a whole session, saw ${browser.requests}`);
    assert.deepEqual(browser.outside, []);
    assert.deepEqual(browser.errors, []);
  });
});
