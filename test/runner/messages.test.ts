import assert from 'node:assert/strict';
import { readNotebook } from 'tslab-runner/ipynb';
import { Folder, notebook, runCli } from './support';

describe('runner: messages of a kernel', function () {
  this.timeout(120_000);
  const folder = new Folder();
  after(() => folder.remove());

  it('are all there, however many a cell sends at once', async () => {
    const lines = 3_000;
    const prints = `for (let line = 0; line < ${lines}; line++) console.log('line ' + line);`;
    const file = folder.write('prints.ipynb', notebook([prints, "console.log('after');"]));
    const { code, stdout } = await runCli([file, '--out', `${folder.path}/out`, '--timeout', '60']);
    assert.equal(code, 0, stdout);
    const { cells } = await readNotebook(`${folder.path}/out/prints.ipynb`);
    const texts = cells.map((cell) =>
      (cell.cell_type === 'code' ? cell.outputs : []).map((each) => ('text' in each ? each.text : '')).join(''),
    );
    assert.equal(texts[0].split('\n').length, lines + 1);
    assert.equal(texts[1], 'after\n');
  });
});
