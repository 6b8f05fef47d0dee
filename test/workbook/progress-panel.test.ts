import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { display } from 'scalable-inference-workbook';
import { demoWorkbook } from './demo';

describe('the progress panel', () => {
  let folder: string;
  const file = () => path.join(folder, 'demo.json');
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'progress-'));
    process.env.SCALABLE_INFERENCE_PROGRESS = folder;
  });
  afterEach(() => {
    delete process.env.SCALABLE_INFERENCE_PROGRESS;
    rmSync(folder, { recursive: true, force: true });
  });

  const last = (outputs: Awaited<ReturnType<typeof display.capture>>) => outputs.at(-1)!.content.data['text/plain'];

  it('updates in place at every check and sums up by topic', async () => {
    const ex = demoWorkbook();
    const outputs = await display.capture(async () => {
      ex.panel();
      ex.A1.answer(240);
      await ex.A1.check();
      ex.A4.answer('b');
      await ex.A4.check();
    });
    const panels = outputs.filter((output) => output.content.transient.display_id !== undefined);
    assert.deepEqual(
      panels.map((panel) => panel.update),
      [false, true, true],
    );
    assert.equal(last(panels), 'Progress: demo: 2 of 6 answered, 1 passed or noted, 2 of 10 points');
    const html = String(panels.at(-1)!.content.data['text/html']);
    assert.match(html, /counting<\/td><td[^>]*>1 of 1<\/td><td[^>]*>1 of 1<\/td><td[^>]*>2 of 2</);
    assert.match(html, /judgement<\/td><td[^>]*>1 of 3<\/td><td[^>]*>0 of 3</);
  });

  it('survives a restart of the kernel, without the answers', async () => {
    const first = demoWorkbook();
    first.A1.answer(240);
    await display.capture(() => first.A1.check());
    const second = demoWorkbook();
    assert.match(
      last(await display.capture(() => second.panel())),
      /1 of 6 answered, 1 passed or noted, 2 of 10 points/,
    );
    assert.equal(second.A1.passed, false);
    assert.deepEqual(readdirSync(folder), ['demo.json']);
    assert.equal((JSON.parse(readFileSync(file(), 'utf8')) as { version: number }).version, 1);
  });

  for (const [title, text] of [
    ['that is no JSON', '{"version":1,'],
    ['of another version', '{"version":9,"exercises":{}}'],
    ['with an incomplete entry', '{"version":1,"exercises":{"A1":{"status":"passed"}}}'],
  ] as const) {
    it(`keeps a file ${title} aside, says so in one line and starts anew`, async () => {
      writeFileSync(file(), text);
      const outputs = await display.capture(() => demoWorkbook().panel());
      assert.match(
        outputs[0].content.data['text/plain'],
        /^The progress file demo\.json cannot be read: .*\. It is kept as demo\.json\.damaged-\d+; progress starts anew\.$/,
      );
      assert.match(last(outputs), /0 of 6 answered/);
      const kept = readdirSync(folder).find((name) => name.includes('damaged'))!;
      assert.equal(readFileSync(path.join(folder, kept), 'utf8'), text);
    });
  }

  it('goes on when the folder cannot be written, and says so once', async () => {
    writeFileSync(path.join(folder, 'blocked'), '');
    process.env.SCALABLE_INFERENCE_PROGRESS = path.join(folder, 'blocked');
    const ex = demoWorkbook();
    const outputs = await display.capture(async () => {
      await ex.A1.check();
      await ex.A1.check();
    });
    const lines = outputs.map((output) => output.content.data['text/plain']);
    assert.equal(lines.filter((line) => line.startsWith('Progress cannot be saved')).length, 1);
    assert.equal(lines.filter((line) => line.startsWith('A1. Count a dense layer: not answered')).length, 2);
  });

  it('forgets nothing when the declaring cell runs again', async () => {
    const ex = demoWorkbook();
    const again = demoWorkbook().A1;
    ex.add(again);
    again.answer(240);
    const outputs = await display.capture(async () => {
      ex.panel();
      await again.check();
    });
    assert.match(last(outputs), /1 of 6 answered, 1 passed/);
  });
});
