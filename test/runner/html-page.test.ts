import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

import { htmlPage } from 'tslab-runner/report';
import { findBrowser } from '../../lib/setup/browser.mjs';
import { codeCell, markdownCell, notebook, resultOf } from './support';

const BROWSER = findBrowser();

const VEGA = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: {
    values: [
      { a: 'x', b: 2 },
      { a: 'y', b: 5 },
    ],
  },
  mark: 'bar',
  encoding: { x: { field: 'a', type: 'nominal' }, y: { field: 'b', type: 'quantitative' } },
};
const PLOTLY = { data: [{ type: 'scatter', mode: 'markers', x: [1, 2, 3], y: [2, 6, 3] }], layout: {} };
const HOSTILE =
  '<b onclick="alert(1)">bold</b><script>document.title = "changed"</script><img src="https://example.invalid/x.png">';

function display(mime: string, value: unknown) {
  return { output_type: 'display_data' as const, data: { [mime]: value as never }, metadata: {} };
}

function page(): string {
  const cells = [
    markdownCell('# Prose\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>document.title = "changed"</script>'),
    codeCell('draw()', [
      display('application/vnd.vegalite.v5+json', VEGA),
      display('application/vnd.plotly.v1+json', PLOTLY),
      display('text/html', HOSTILE),
      { output_type: 'stream', name: 'stdout', text: '✓ 日本語 <i>not italic</i>' },
    ]),
  ];
  return htmlPage(resultOf(notebook(cells)));
}

describe('runner: the HTML page of an executed notebook', () => {
  it('removes scripts, handlers and pictures from elsewhere', () => {
    const html = page().replace(/<script type="text\/plain"[\s\S]*?<\/script>/g, '');
    assert.doesNotMatch(html, /onclick|example\.invalid|document\.title/);
    assert.match(html, /<table>/);
    assert.match(html, /✓ 日本語 &lt;i&gt;not italic/);
  });

  it('carries pictures kept in a cell or beside the notebook, and no other file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'page-'));
    try {
      mkdirSync(path.join(folder, 'book'));
      writeFileSync(path.join(folder, 'secret.png'), 'secret');
      writeFileSync(path.join(folder, 'book', 'a b.svg'), '<svg/>');
      const text = '![one](a%20b.svg) ![two](../secret.png) ![three](attachment:c.png) ![four](none.png) ![five](x.ts)';
      const cell = { ...markdownCell(text), attachments: { 'c.png': { 'image/png': 'QUJD' } } };
      const html = htmlPage({ ...resultOf(notebook([cell])), path: path.join(folder, 'book/x.ipynb') });
      const shown = [...html.matchAll(/<img src="data:([^"]*)" alt="(\w+)"/g)].map(([, data, name]) => [name, data]);
      assert.deepEqual(shown, [
        ['one', `image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}`],
        ['three', 'image/png;base64,QUJD'],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('carries a library only when a chart needs it', () => {
    const plain = htmlPage(resultOf(notebook([codeCell('1', [])])));
    assert.doesNotMatch(plain, /data-library="/);
    assert.ok(plain.length < 20_000, `${plain.length} characters`);
  });

  (BROWSER ? it : it.skip)(
    `draws Vega-Lite and Plotly charts without a network${BROWSER ? '' : ' (needs Chromium, Chrome or Edge)'}`,
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'page-'));
      const browser = await chromium.launch({
        executablePath: BROWSER,
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      });
      try {
        const file = path.join(folder, 'page.html');
        writeFileSync(file, page());
        const tab = await browser.newPage();
        const requests: string[] = [];
        const problems: string[] = [];
        tab.on('request', (request) => requests.push(request.url()));
        tab.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
        tab.on('pageerror', (error) => problems.push(error.message));
        await tab.goto(pathToFileURL(file).href);
        await tab.waitForSelector('html[data-ready=true]', { timeout: 60_000, state: 'attached' });
        assert.deepEqual(
          await tab
            .locator('[data-chart]')
            .evaluateAll((charts) =>
              charts.map((chart) => (chart as unknown as { dataset: { drawn: string } }).dataset.drawn),
            ),
          ['true', 'true'],
        );
        assert.equal(await tab.locator('[data-chart=vega] .mark-rect path').count(), 2);
        assert.equal(await tab.locator('[data-chart=plotly] .points path').count(), 3);
        assert.equal(await tab.title(), 'example');
        assert.deepEqual(problems, []);
        assert.deepEqual(
          requests.filter((url) => !/^(file|data|blob):/.test(url)),
          [],
        );
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true });
      }
    },
  );
});
