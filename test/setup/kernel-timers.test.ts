import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../lib/setup/paths.mjs';

/**
 * tslab's converter, as a kernel has it: cells of a folder with a package in it, which is changed between them by
 * `change`. Prints what the last cell's check found.
 */
const PROGRAM = `
const { createConverter } = require('tslab/dist/converter');
const fs = require('node:fs');
const pause = () => new Promise((resolve) => setTimeout(resolve, 700));
(async () => {
  const converter = createConverter({ cwd: process.cwd() });
  const cell = (source) => converter.convert('', source).diagnostics.map(({ messageText }) => messageText).join();
  const errors = [cell("import { value } from 'pkg'; const n: number = value;")];
  await pause();
  for (const round of [1, 2, 3]) {
    fs.writeFileSync('node_modules/pkg/package.json', JSON.stringify({ name: 'pkg', types: 'index.d.ts', version: '1.0.' + round }));
    fs.writeFileSync('node_modules/pkg/index.d.ts', 'export declare const value: ' + (round === 3 ? 'string' : 'number') + '; // ' + round);
    await pause();
  }
  errors.push(cell('const other = 1;'), cell("import { value } from 'pkg'; const n: number = value;"));
  converter.close();
  console.log(JSON.stringify(errors));
})();`;

describe('a kernel while its packages change', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'timers-'));
    mkdirSync(path.join(folder, 'node_modules/pkg'), { recursive: true });
    writeFileSync(
      path.join(folder, 'node_modules/pkg/package.json'),
      JSON.stringify({ name: 'pkg', types: 'index.d.ts' }),
    );
    writeFileSync(path.join(folder, 'node_modules/pkg/index.d.ts'), 'export declare const value: number;');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const converted = async (...preload: string[]): Promise<string[]> => {
    const env = { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') };
    const { stdout } = await promisify(execFile)(process.execPath, [...preload, '-e', PROGRAM], { cwd: folder, env });
    return JSON.parse(stdout) as string[];
  };

  it('compiles the next cells, against the packages as they are then', async () => {
    const errors = await converted('-r', path.join(ROOT, 'lib/setup/kernel-timers.cjs'));
    assert.deepEqual(errors, ['', '', "Type 'string' is not assignable to type 'number'."]);
  });

  it('would not without our timers: tslab has room for one', () =>
    assert.rejects(converted(), /Unexpected pending rebuildTimer/));
});
