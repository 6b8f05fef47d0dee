import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** Functions of in-page.js, called inside the page. */
declare const inPage: {
  marks(root: unknown): number;
  nextRun(prompt: unknown): { ended: Promise<void> };
};

declare const crowdedIn: (root: unknown) => { read: number; found: string[] };
declare const contrastOf: (root: unknown) => { words: string; ratio: number }[];

const NOTEBOOK = '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook';
const CHARTS = `${NOTEBOOK} .vega-embed, ${NOTEBOOK} .js-plotly-plot`;

/** A chart on the page. */
export interface DrawnChart {
  readonly kind: 'vega' | 'plotly';
  /** What a screen reader says of a Vega-Lite chart; the title of a Plotly one. */
  readonly title: string;
  /** Data marks with a size: bars, points, lines; in a canvas, patches of colour. */
  readonly marks: number;
}

/** A notebook open in JupyterLab, used through its menus, its keys and what it shows. */
export class NotebookPage {
  private server = { url: '', token: '' };

  constructor(readonly page: Page) {}

  /** Opens a notebook of a server and waits until its kernel is ready for cells. */
  async open({ url, token, name }: { url: string; token: string; name: string }): Promise<void> {
    this.server = { url, token };
    await this.page.goto(`${url}lab/tree/${name}?token=${token}`);
    await this.cells.first().waitFor();
    await this.kernelIs('Idle');
  }

  get cells(): Locator {
    return this.page.locator(`${NOTEBOOK} .jp-Notebook-cell`);
  }

  cell(index: number): Locator {
    return this.cells.nth(index);
  }

  output(index: number): Locator {
    return this.cell(index).locator('.jp-Cell-outputArea');
  }

  /** Chooses an entry of a menu of the menu bar. */
  async menu(bar: string, entry: string | RegExp): Promise<void> {
    await this.page.getByRole('menuitem', { name: bar, exact: true }).click();
    await this.page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  /** Puts a cell's whole source; nothing is completed or closed by the editor as it would be while typing. */
  async write(index: number, source: string): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(source);
  }

  /** Runs one cell by its key and waits for its end. */
  async run(index: number): Promise<void> {
    const prompt = this.cell(index).locator('.jp-InputArea-prompt');
    const run = await prompt.evaluateHandle((element) => inPage.nextRun(element));
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+Enter');
    await run.evaluate(({ ended }) => ended);
  }

  /** Selects a cell without editing it. */
  async select(index: number): Promise<void> {
    await this.cell(index).locator('.jp-InputArea-prompt').click();
  }

  /** Waits until no cell is running or waiting to. */
  async settled(): Promise<void> {
    const waiting = this.page.locator(`${NOTEBOOK} .jp-InputArea-prompt`, { hasText: '*' });
    await waiting.first().waitFor({ state: 'attached', timeout: 0 });
    while ((await waiting.count()) > 0) await this.page.waitForTimeout(200);
    await this.page.waitForTimeout(1_000); // charts are drawn after their cell has ended
  }

  /** After a run of all cells: every one has run once, in order, and none has complained. */
  async assertRanWhole(): Promise<void> {
    const problems = await this.page
      .locator(`${NOTEBOOK} [data-mime-type="application/vnd.jupyter.stderr"]`)
      .allInnerTexts();
    assert.deepEqual(problems, []);
    const prompts = await this.page.locator(`${NOTEBOOK} .jp-CodeCell .jp-InputArea-prompt`).allInnerTexts();
    assert.ok(prompts.length > 0);
    assert.deepEqual(
      prompts,
      prompts.map((_, at) => `[${at + 1}]:`),
    );
  }

  /** Restarts the kernel through menu and dialog. */
  async restart(): Promise<void> {
    await this.menu('Kernel', /^Restart Kernel…/);
    await this.page.locator('.jp-Dialog').getByRole('button', { name: 'Confirm Kernel Restart' }).click();
    await this.kernelIs('Idle');
  }

  /** Adds a code cell at the end and gives its index. */
  async append(source: string): Promise<number> {
    const last = (await this.cells.count()) - 1;
    await this.select(last);
    await this.page.keyboard.press('b');
    await this.write(last + 1, source);
    return last + 1;
  }

  /** Every chart on the page, in order. */
  async charts(): Promise<DrawnChart[]> {
    const charts = await this.page.locator(CHARTS).all();
    return Promise.all(charts.map((chart) => this.look(chart)));
  }

  /** Words of all charts that cannot be read: their contrast with what lies below them is under 4.5 (WCAG 2.2, AA). */
  async faintWords(): Promise<{ readonly read: number; readonly faint: readonly string[] }> {
    const charts = await this.page.locator(CHARTS).all();
    const words = (await Promise.all(charts.map((chart) => chart.evaluate((element) => contrastOf(element))))).flat();
    const faint = words.filter(({ ratio }) => !(ratio >= 4.5)).map((one) => `${one.words}: ${one.ratio.toFixed(1)}`);
    return { read: words.length, faint };
  }

  /** Words of all charts that cover each other or are cut off. */
  async crowdedWords(): Promise<string[]> {
    const charts = await this.page.locator(CHARTS).all();
    const all = await Promise.all(charts.map((chart) => chart.evaluate((element) => crowdedIn(element).found)));
    const titles = await Promise.all(charts.map(async (chart) => (await this.look(chart)).title));
    return all.flatMap((found, at) => found.map((words) => `${titles[at].split('. ')[0]}: ${words}`));
  }

  /**
   * Looks at the words of all charts, then opens the executed notebook in each theme, without running it, and looks again.
   * A notebook that is opened again is not trusted: Plotly's charts stay away, whose colours are all their own anyway.
   */
  async assertReadableInBothThemes(folder: string, name: string): Promise<void> {
    const problems = await this.crowdedWords();
    const drawnAgain = (await this.charts()).filter(({ kind }) => kind === 'vega').length;
    for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
      await this.reopenIn(theme, drawnAgain);
      await this.photographCharts(folder, `${name}-${theme.split(' ')[1].toLowerCase()}`);
      const { read, faint } = await this.faintWords();
      assert.ok(read > 10 * drawnAgain, `read only ${read} words in ${drawnAgain} charts`);
      const found = [...faint, ...(await this.crowdedWords()), ...(await this.brokenProse())];
      problems.push(...found.map((words) => `${theme}: ${words}`));
    }
    assert.deepEqual(problems, []);
  }

  /** A picture of each chart, in one file below each other. */
  async photographCharts(folder: string, name: string): Promise<void> {
    const charts = await this.page.locator(CHARTS).all();
    for (const [index, chart] of charts.entries())
      await chart.screenshot({ path: path.join(folder, `${name}-${String(index + 1).padStart(2, '0')}.png`) });
  }

  /** What Markdown cells fail to show: pictures that did not come, formulas that MathJax cannot read. */
  async brokenProse(): Promise<string[]> {
    const prose = this.page.locator(`${NOTEBOOK} .jp-RenderedMarkdown`);
    const pictures = await prose.locator('img').all();
    const widths = await Promise.all(pictures.map((one) => one.evaluate('picture => picture.naturalWidth')));
    const names = await Promise.all(pictures.map((one) => one.getAttribute('alt')));
    const formulas = await prose.locator('mjx-merror, [data-mjx-error]').allInnerTexts();
    return [...names.flatMap((name, at) => (widths[at] === 0 ? [`picture: ${name}`] : [])), ...formulas];
  }

  /** Saves, sets the theme and opens the notebook again until all its charts are drawn anew; nothing is run. */
  async reopenIn(theme: string, charts: number): Promise<void> {
    await this.page.keyboard.press('Control+s');
    await this.page.waitForTimeout(1_000);
    const address = `${this.server.url}lab/api/settings/@jupyterlab/apputils-extension:themes`;
    const headers = { Authorization: `token ${this.server.token}` };
    const answer = await this.page.request.put(address, { headers, data: { raw: JSON.stringify({ theme }) } });
    assert.ok(answer.ok(), `the theme was not taken: ${answer.status()}`);
    await this.page.reload();
    await this.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: 'attached' });
    await this.cells.first().waitFor();
    const last = this.page.locator(CHARTS).nth(charts - 1);
    await last.waitFor({ state: 'attached', timeout: 60_000 });
    await last.locator('svg').first().waitFor({ state: 'attached' });
    await this.page.waitForTimeout(1_000); // the one that came last need not be the last one
  }

  private async look(chart: Locator): Promise<DrawnChart> {
    const isPlotly = (await chart.getAttribute('class'))?.includes('js-plotly-plot') ?? false;
    const title = isPlotly
      ? await chart.locator('.gtitle').first().textContent()
      : await chart.locator('[role="graphics-document"]').first().getAttribute('aria-label');
    const marks = await chart.evaluate((element) => inPage.marks(element));
    return { kind: isPlotly ? 'plotly' : 'vega', title: title ?? '', marks };
  }

  private async kernelIs(state: string): Promise<void> {
    await this.page.locator('#jp-main-statusbar', { hasText: new RegExp(`\\| ${state}`) }).waitFor();
  }
}
