// Takes the README's pictures anew, on a quiet machine: node --import tsx test/browser/photograph.ts
import * as path from 'node:path';
import { readCells } from './support/cells';
import { findBrowser } from '../../lib/setup/browser.mjs';
import { Browser } from './support/chromium';
import { NotebookPage } from './support/notebook-page';
import { Workspace } from './support/workspace';

const NAME = 'architecture.ipynb';
const pictures = path.resolve(__dirname, '../../data/screenshots');
const PARAMETERS = ['imageSize = 64', 'batchSize = 2', 'repetitions = 1', 'maxParams = 30e6', 'quick = false'];

async function photograph(workspace: Workspace, browser: Browser): Promise<void> {
  const cells = readCells(path.join(workspace.folder, NAME));
  const at = (text: string): number => cells.findIndex(({ type, source }) => type === 'code' && source.includes(text));
  const notebook = new NotebookPage(browser.page);
  const take = async (index: number, name: string): Promise<void> => {
    await notebook.cell(index).evaluate((cell) => cell.scrollIntoView({ block: 'start' }));
    await browser.page.mouse.move(5, 5);
    await browser.page.waitForTimeout(1_000);
    await browser.page.screenshot({ path: path.join(pictures, name) });
  };
  await notebook.open({ url: workspace.url, token: workspace.token, name: NAME });
  await browser.page.keyboard.press('Control+b');
  await notebook.write(at('let quick'), PARAMETERS.map((value) => `let ${value};`).join('\n'));
  const chart = at("title: 'Accuracy against time'");
  await notebook.select(chart + 1);
  await notebook.menu('Run', 'Run All Above Selected Cell');
  await notebook.settled();
  await take(chart, 'chart.png');
  const [answer, check] = [at('ex.A8.answer('), at('ex.A8.check(')];
  await notebook.write(answer, 'ex.A8.answer(256 * 256 * 64 * 7 * 7 * 3);');
  await notebook.run(answer);
  await notebook.run(check);
  await notebook.output(check).getByText('Hint 1 of 2').click();
  await notebook.select(answer);
  await take(answer - 1, 'check.png');
}

async function main(): Promise<void> {
  const executable = findBrowser();
  if (executable === undefined) throw new Error('expected chromium on the PATH, found none: apt-get install chromium');
  const workspace = new Workspace();
  let browser: Browser | undefined;
  try {
    await workspace.start();
    browser = await Browser.open(executable, workspace.profile, { width: 1200, height: 820 });
    await photograph(workspace, browser);
  } finally {
    await browser?.close();
    await workspace.remove();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
