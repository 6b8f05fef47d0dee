import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { charts, display, table } from 'scalable-inference-workbook';
import { formatNotebook, type CodeCell, type Notebook, type Output } from 'tslab-runner/ipynb';
import { FIGURES } from '../../data/figures';
import { Browser, describeInBrowser } from './support/chromium';
import { NotebookPage } from './support/notebook-page';
import { Workspace } from './support/workspace';

/** Of crowding.js, called inside the page. */
declare const crowdedIn: (root: unknown) => { read: number; found: string[] };

const screenshots = path.resolve(__dirname, '../screenshots');
const text = {
  title: 'A title',
  caption: 'A sentence that says what to see in it, and that is long enough to need a line.',
};
const rows = ['ResNet', 'transformer', 'MobileNet'].flatMap((family, at) =>
  [1, 2, 3, 4, 5].map((epoch) => ({
    family,
    epoch,
    name: `${family} ${epoch}`,
    ms: 3.7 * epoch * (at + 1),
    low: 3 * epoch * (at + 1),
    high: 4 * epoch * (at + 1),
    params: 10 ** (4 + at) * epoch,
  })),
);
type Sample = (typeof rows)[number];
const x: charts.Channel<Sample> = { field: 'epoch', title: 'epoch' };
const y: charts.Channel<Sample> = { field: 'ms', title: 'time (ms)', scale: 'log' };
const color: charts.Channel<Sample> = { field: 'family', title: 'family' };
const size: charts.Channel<Sample> = { field: 'params', title: 'parameters' };
const rule = charts.rule({ axis: 'y', value: 12, label: 'across the data' });
const heat = { x, y: color, color: { field: 'ms', title: 'ms' } } as const;

/** One chart of each kind, with everything that is written into it; Plotly's need a notebook that is trusted. */
const KINDS: readonly charts.Chart[] = [
  charts.scatter(rows, { ...text, x: size, y, color, size, label: 'name', annotations: [rule] }),
  charts.line(rows, { ...text, x, y: { ...y, scale: 'linear' }, color, band: { low: 'low', high: 'high' } }),
  charts.bar(rows.slice(0, 5), {
    ...text,
    x: { field: 'ms', title: 'ms' },
    y: { field: 'name', title: 'network' },
    values: true,
  }),
  charts.bar(rows, { ...text, x, y: { field: 'ms', title: 'ms' }, color, values: true, annotations: [rule] }),
  charts.histogram(rows, { ...text, x: { field: 'ms', title: 'ms' }, countTitle: 'networks' }),
  charts.heatmap(rows, { ...text, ...heat }),
  charts.facet(charts.heatmap(rows, { ...text, ...heat }), { ...text, by: color }),
  charts.beside([charts.scatter(rows, { ...text, x, y, color }), charts.heatmap(rows, { ...text, ...heat })], text),
];

async function outputsOf(body: () => unknown): Promise<Output[]> {
  const shown = await display.capture(body);
  return shown.map(
    ({ content: { data, metadata } }) =>
      JSON.parse(JSON.stringify({ output_type: 'display_data', data, metadata })) as Output,
  );
}

/** A notebook as if it had run: prose with pictures and a formula, a table, and every kind of chart. */
async function executed(): Promise<Notebook> {
  const pictures = Object.keys(FIGURES).map((name) => `![${name}](figures/${name})`);
  const prose = ['# Themes', '$$x = s\\,(q - z)$$', ...pictures].join('\n\n');
  const bodies = [() => table(rows, text).show(), ...KINDS.map((chart) => () => chart.show())];
  const cells: CodeCell[] = [];
  for (const [at, body] of bodies.entries()) {
    const outputs = await outputsOf(body);
    cells.push({ cell_type: 'code', id: `c${at}`, source: `// ${at}`, metadata: {}, outputs, execution_count: at + 1 });
  }
  const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };
  return {
    cells: [{ cell_type: 'markdown', id: 'prose', source: prose, metadata: {} }, ...cells],
    metadata: { kernelspec, language_info: { name: 'typescript' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

describeInBrowser('every kind of chart in both themes', function (chromium) {
  this.timeout(180_000);
  let workspace: Workspace;
  let browser: Browser;
  let notebook: NotebookPage;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    workspace = new Workspace();
    writeFileSync(path.join(workspace.folder, 'themes.ipynb'), formatNotebook(await executed()));
    await workspace.start();
    browser = await Browser.open(chromium, workspace.profile, { width: 1300, height: 900 });
    notebook = new NotebookPage(browser.page);
    await notebook.open({ url: workspace.url, token: workspace.token, name: 'themes.ipynb' });
  });
  after(async () => {
    await browser?.close();
    await workspace?.remove();
  });

  it('writes nothing in the drawn pictures that covers other words or is cut off', async () => {
    const page = await browser.page.context().newPage();
    for (const [name, draw] of Object.entries(FIGURES)) {
      await page.setContent(draw());
      const { read, found } = await page.locator('body').evaluate((body) => crowdedIn(body));
      assert.ok(read >= 5, `${name}: read only ${read} words`);
      assert.deepEqual(found, [], name);
    }
    await page.close();
  });

  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    it(`writes nothing that cannot be read in ${theme}`, async () => {
      await notebook.reopenIn(theme, KINDS.length);
      const name = `themes-${theme.split(' ')[1].toLowerCase()}`;
      await notebook.photographCharts(screenshots, name);
      await browser.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
      assert.equal((await notebook.charts()).length, KINDS.length);
      const { read, faint } = await notebook.faintWords();
      assert.deepEqual(faint, []);
      assert.ok(read > 200, `read only ${read} words`);
      assert.deepEqual(await notebook.crowdedWords(), []);
      assert.deepEqual(await notebook.brokenProse(), []);
    });
  }
});
