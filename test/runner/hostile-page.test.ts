import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

import { type Browser, chromium, type Page } from 'playwright-core';

import { htmlPage } from 'tslab-runner/report';
import { findBrowser } from '../../lib/setup/browser.mjs';
import { hostileOutputs } from './hostile-outputs';
import { codeCell, markdownCell, notebook, resultOf } from './support';

const BROWSER = findBrowser();
const OUTPUTS = hostileOutputs();

const display = (mime: string, value: unknown) => ({
  output_type: 'display_data' as const,
  data: { [mime]: value as never },
  metadata: {},
});
const vega = (spec: object) =>
  display('application/vnd.vegalite.v5+json', { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', ...spec });

/** Charts that never end, ask elsewhere, or hold script behind a click. */
const SOUND = { data: { values: [{ a: 1 }] }, mark: 'point', encoding: { x: { field: 'a', type: 'quantitative' } } };
const CHARTS = {
  'an expression that never ends': {
    ...SOUND,
    transform: [{ calculate: "test(/(a+)+$/, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')", as: 'b' }],
  },
  'a sequence of a thousand million': { data: { sequence: { start: 0, stop: 1e9 } }, mark: 'point' },
  'a text of a thousand million': { ...SOUND, transform: [{ calculate: "pad('x', 1e9)", as: 'b' }] },
  'data from elsewhere': { ...SOUND, data: { url: 'https://attack.invalid/data.json' } },
  'script behind a click': {
    ...SOUND,
    usermeta: {
      embedOptions: { actions: true, sourceHeader: '<script>opener.document.documentElement.dataset.pwned=1</script>' },
    },
  },
};

interface Watched {
  tab: Page;
  requests: string[];
  navigations: string[];
}

(BROWSER ? describe : describe.skip)(
  `runner: hostile outputs in a page${BROWSER ? '' : ' (needs Chromium, Chrome or Edge)'}`,
  function () {
    this.timeout(180_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'hostile-page-'));
    let browser: Browser;
    before(async () => {
      browser = await chromium.launch({
        executablePath: BROWSER,
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
      });
    });
    after(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    async function open(html: string): Promise<Watched> {
      const file = path.join(folder, 'page.html');
      writeFileSync(file, html);
      const tab = await browser.newPage();
      const watched: Watched = { tab, requests: [], navigations: [] };
      tab.on(
        'request',
        (request) => void (/^(file|data|blob):/.test(request.url()) || watched.requests.push(request.url())),
      );
      tab.on('framenavigated', (frame) => watched.navigations.push(frame.url().replace(/#.*/, '')));
      tab.on('dialog', (dialog) => void dialog.dismiss());
      await tab.goto(pathToFileURL(file).href);
      await tab.waitForSelector('html[data-ready=true]', { timeout: 90_000, state: 'attached' });
      return watched;
    }

    const isUntouched = async ({ tab, requests, navigations }: Watched): Promise<void> => {
      assert.equal(await tab.evaluate('document.documentElement.dataset.pwned'), undefined);
      assert.deepEqual(requests, []);
      assert.equal(new Set(navigations).size, 1, navigations.join(' '));
    };

    it(`runs, asks and opens nothing for ${OUTPUTS.length} outputs, also when everything is clicked`, async () => {
      assert.ok(OUTPUTS.length >= 500);
      const cells = OUTPUTS.map(({ mime, value }) => codeCell('show()', [display(mime, value)]));
      const watched = await open(htmlPage(resultOf(notebook([...cells, markdownCell('# Prose')]))));
      await isUntouched(watched);
      await watched.tab.evaluate(`for (const each of document.querySelectorAll('.outputs *')) each.click?.()`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await isUntouched(watched);
    });

    it('keeps the verdict in sight whatever an output covers', async () => {
      const covers = OUTPUTS.filter(({ value }) => value.includes('banner passed'));
      const cells = covers.map(({ mime, value }) => codeCell('show()', [display(mime, value)]));
      const { tab } = await open(htmlPage(resultOf(notebook(cells))));
      const top = await tab.evaluate(`(() => {
      const box = document.querySelector('.banner').getBoundingClientRect();
      const seen = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
      return {
        own: document.querySelector('body > .banner').contains(seen),
        banners: document.querySelectorAll('.banner').length,
      };
    })()`);
      assert.deepEqual(top, { own: true, banners: 1 });
    });

    it('cuts off charts that never end and draws the others', async () => {
      const charts = [...Object.values(CHARTS), SOUND].map((spec) => codeCell('draw()', [vega(spec)]));
      const watched = await open(htmlPage(resultOf(notebook(charts))));
      const texts = await watched.tab.locator('.outputs').allInnerTexts();
      assert.match(texts[0], /longer than \d+ s and was cut off/);
      assert.match(texts[1], /not drawn here: it makes 1000000000 values/);
      assert.match(texts[2], /not drawn here: an expression makes more than/);
      assert.equal(
        await watched.tab.locator('[data-drawn=true]').count(),
        3,
        'one without its data, one without its menu, one as it is',
      );
      await watched.tab.evaluate(`for (const each of document.querySelectorAll('.vega-actions a')) each.click()`);
      await isUntouched(watched);
    });

    it('gives a page, with a sentence for each cell that is nested too deeply', () => {
      const deep = ['> '.repeat(5000) + 'x', '- '.repeat(3000) + 'x'].map((source) => markdownCell(source));
      const html = htmlPage(resultOf(notebook([...deep, markdownCell('after')])));
      assert.match(html, /after/);
    });
  },
);
