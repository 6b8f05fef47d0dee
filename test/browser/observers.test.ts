import assert from 'node:assert/strict';
import { Browser, describeInBrowser } from './support/chromium';
import { Workspace } from './support/workspace';

declare const inPage: { marks(root: unknown): number };
declare const contrastOf: (root: unknown) => { words: string; ratio: number }[];

/** A page with a canvas, drawn on by a script, and an SVG as Vega makes it. */
const page = (script: string, shapes = ''): string =>
  `<canvas width="200" height="100"></canvas><svg><g class="mark-rect role-mark">${shapes}</g></svg>
   <script>const pen = document.querySelector('canvas').getContext('2d'); ${script}</script>`;

describeInBrowser('what the browser tests look at', function (chromium) {
  let workspace: Workspace;
  let browser: Browser;
  before(async () => {
    workspace = new Workspace();
    browser = await Browser.open(chromium, workspace.profile);
  });
  after(async () => {
    await browser?.close();
    await workspace?.remove();
  });

  const open = (html: string): Promise<unknown> => browser.page.goto(`data:text/html,${encodeURIComponent(html)}`);
  const marksOf = async (html: string): Promise<number> => {
    await open(html);
    return browser.page.locator('body').evaluate((body) => inPage.marks(body));
  };

  it('finds no marks in a chart that has only its frame and axes', async () => {
    const frame = "pen.fillStyle = '#888'; pen.strokeRect(5, 5, 180, 80); pen.fillText('1', 0, 90);";
    assert.equal(await marksOf(page(frame)), 0);
    assert.equal(await marksOf(page('', '<path d="M0,0h0v0h0Z" fill="red"/><path d="M0,0h9v9h-9Z" fill="none"/>')), 0);
  });

  it('counts bars in a canvas and in an SVG, each once', async () => {
    const bars = "pen.fillStyle = '#0072B2'; for (const x of [10, 40, 70]) pen.fillRect(x, 10, 20, 60);";
    assert.equal(await marksOf(page(bars)), 3);
    const shapes = '<path d="M0,0h9v9h-9Z" fill="red"/><path d="M20,0h9v9h-9Z" fill="red"/>';
    assert.equal(await marksOf(page('', shapes)), 2);
  });

  it('reads every word of a chart with its contrast to what lies below it', async () => {
    const shapes =
      '<rect width="300" height="80" fill="#ffffff"/><rect width="100" height="80" fill="#21918c"/>' +
      '<rect x="200" width="100" height="80" fill="#000000" fill-opacity="0.5"/>' +
      '<path d="M100 0h40l-40 40Z" fill="#000"/>' +
      '<text x="5" y="20" font-size="12" fill="#fff" stroke="#fff" stroke-width="4">edged</text>';
    const words = [
      ['5,60', 'black', 'on colour'],
      ['105,60', 'white', 'lost'],
      ['205,60', 'white', 'on grey'],
      ['150,20', '#333333', 'beside a corner'],
      ['5,20', '#21918c', 'edged'],
    ].map(
      ([at, ink, text]) =>
        `<text x="${at.split(',')[0]}" y="${at.split(',')[1]}" font-size="12" fill="${ink}">${text}</text>`,
    );
    await open(`<body style="background:#111"><svg width="300" height="80">${shapes}${words.join('')}</svg>`);
    const read = await browser.page.locator('body').evaluate((body) => contrastOf(body));
    const rounded = read.map((one) => [one.words, Number(one.ratio.toFixed(1))]);
    assert.deepEqual(rounded, [
      ['on colour', 5.5],
      ['lost', 1],
      ['on grey', 4],
      ['beside a corner', 12.6],
      ['edged', 3.8],
    ]);
    await open(
      '<body style="background:#111"><svg><text y="20" fill="#fff">1</text><text y="40" fill="#222">2</text></svg>',
    );
    const bare = await browser.page.locator('body').evaluate((body) => contrastOf(body));
    assert.deepEqual([bare[0].ratio > 15, bare[1].ratio < 2], [true, true], 'the page itself is the ground');
  });

  it('notices a request that leaves the machine, and a complaint on the console', async () => {
    assert.deepEqual([browser.outside, browser.errors], [[], []]);
    await browser.page.route('http://192.0.2.1/**', (route) => route.abort());
    await open('<img src="http://192.0.2.1/picture.png"><script>console.error("broken")</script>');
    assert.deepEqual(browser.outside, ['http://192.0.2.1/picture.png']);
    assert.ok(
      browser.errors.some((error) => error.startsWith('broken')),
      browser.errors.join('\n'),
    );
  });
});
