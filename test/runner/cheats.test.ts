import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { CHEATS } from './cheat-list';
import { classNotebook, earnedIn, RIGHT, rowsOf } from './class';
import { Folder, runCli } from './support';

const folderName = (name: string): string => name.replace(/\W+/g, '-');

describe('runner: cheats', function () {
  this.timeout(580_000);
  const folder = new Folder();
  const students = new Folder();
  let table = '';
  let printed = '';
  before(async () => {
    const original = folder.write('course.ipynb', classNotebook());
    students.write('honest/course.ipynb', classNotebook(RIGHT));
    for (const [name, answers] of Object.entries(CHEATS))
      students.write(`${folderName(name)}/course.ipynb`, classNotebook(answers));
    const csv = path.join(folder.path, 'grades.csv');
    const limits = ['--jobs', '2', '--timeout', '10'];
    const { code, stdout, stderr } = await runCli([original, '--grade', students.path, '--csv', csv, ...limits]);
    printed = stdout + stderr;
    assert.equal(code, 0, printed);
    table = readFileSync(csv, 'utf8');
  });
  after(() => {
    folder.remove();
    students.remove();
  });

  it('judges every exercise apart and gives an honest submission every point', () => {
    assert.match(printed, /5 of 5 exercises are judged apart/);
    assert.deepEqual(earnedIn(rowsOf(table, 'honest')), [2, 2, 2, 2, 2], printed);
  });

  it(`gives no point to any of ${Object.keys(CHEATS).length} cheats`, () => {
    const won = Object.keys(CHEATS).flatMap((name) => {
      const rows = rowsOf(table, folderName(name));
      assert.equal(rows.length, 5, name);
      return earnedIn(rows).some((earned) => earned !== 0) ? rows.filter((row) => !/,0,2,/.test(row)) : [];
    });
    assert.deepEqual(won, []);
  });
});
