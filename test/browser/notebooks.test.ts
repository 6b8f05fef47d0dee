import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { parametersOf, readCells } from './support/cells';
import { Browser, describeInBrowser } from './support/chromium';
import { NotebookPage } from './support/notebook-page';
import { Workspace } from './support/workspace';

const screenshots = path.resolve(__dirname, '../screenshots');
/** The architecture notebook has tests of its own, which use it as a reader does. */
const NAMES = ['pruning', 'quantization', 'distillation'] as const;

describeInBrowser('notebooks in a browser', function (chromium) {
  this.timeout(600_000);
  let workspace: Workspace;

  before(() => void mkdirSync(screenshots, { recursive: true }));
  // A server each, so that none opens what another has left open.
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.start();
  });
  afterEach(() => workspace.remove());

  for (const name of NAMES) {
    it(`${name} runs from top to bottom and draws its charts, without another machine`, async () => {
      const file = `${name}.ipynb`;
      const cells = readCells(path.join(workspace.folder, file));
      const browser = await Browser.open(chromium, workspace.profile);
      try {
        const notebook = new NotebookPage(browser.page);
        await notebook.open({ url: workspace.url, token: workspace.token, name: file });
        const quick = cells[parametersOf(cells)].source.replace('quick = false', 'quick = true');
        await notebook.write(parametersOf(cells), quick);
        await notebook.menu('Run', 'Run All Cells');
        await notebook.settled();
        await browser.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
        await notebook.assertRanWhole();
        const asked = cells.filter(({ source }) => /\bnotebook\.(charts|plotly)\.\w+\(/.test(source)).length;
        const charts = await notebook.charts();
        assert.ok(
          charts.length >= asked - 1,
          `expected about a chart for each of ${asked} cells, saw ${charts.length}`,
        );
        for (const { kind, title, marks } of charts) {
          assert.notEqual(title, '');
          assert.ok(kind === 'plotly' || marks > 0, `nothing is drawn in the chart "${title}"`);
        }
        assert.deepEqual(browser.outside, []);
        assert.deepEqual(browser.errors, []);
        await notebook.assertReadableInBothThemes(screenshots, name);
      } finally {
        await browser.close();
      }
    });
  }
});
