import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { formatNotebook, parseNotebook, type DisplayOutput } from 'tslab-runner/ipynb';
import { codeCell, notebook, runCli } from '../runner/support';

const ROOT = path.resolve(__dirname, '../..');
// Inside the checkout, so that the notebook finds the packages by their names.
const folder = path.join(ROOT, `test/out/jobs-notebook-${process.pid}`);

/** The example of the page, as somebody puts it into cells. */
function example(): string[] {
  const page = readFileSync(path.join(ROOT, '.github/docs/more-than-one-machine.md'), 'utf8');
  const [, code] = /^## In a notebook$[^]*?^```ts\n([^]*?)^```$/m.exec(page) as unknown as [string, string];
  return [code.replace(/^(.+); \/\/ => .*$/m, 'console.log($1);')];
}

describe('jobs in a notebook', function () {
  this.timeout(120_000);
  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("follow the page's example: a bar in place, and the result of all workers", async () => {
    const file = path.join(folder, 'labelling.ipynb');
    writeFileSync(file, formatNotebook(notebook(example().map((source) => codeCell(source)))));
    const { code, stdout, stderr } = await runCli([file, '--out', path.join(folder, 'out')]);
    assert.equal(code, 0, stdout + stderr);
    const executed = parseNotebook(readFileSync(path.join(folder, 'out/labelling.ipynb'), 'utf8'), 'labelling.ipynb');
    const outputs = executed.cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
    const bars = outputs.filter((output): output is DisplayOutput => output.output_type === 'display_data');
    assert.equal(bars.length, 1, 'one bar, drawn anew in its place');
    const text = String(bars[0].data['text/plain']);
    assert.match(text, /^labelling \[#{24}\] 2,?000 of 2,?000, .*finished after .*, 2 of 2 jobs(, \d workers?)?$/);
    assert.ok(outputs.some((output) => output.output_type === 'stream' && /2000/.test(String(output.text))));
    assert.equal(readdirSync(path.join(folder, 'labelling/parts')).length, 2);
  });
});
