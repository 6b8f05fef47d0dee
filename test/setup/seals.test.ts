import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { PACKAGES } from '../../lib/setup/compile.mjs';
import { changedSince, compiledFiles, installedComplaint, sealInstalled, seal } from '../../lib/setup/seals.mjs';
import { libraryStep } from '../../lib/setup/steps/library.mjs';

describe('what the set-up made', () => {
  let root: string;
  const file = (name: string): string => path.join(root, name);
  function write(name: string, content: string): void {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), content);
  }
  /** Changes a file's content and nothing else that a look at its size and its time would show. */
  function changeQuietly(name: string): void {
    const { size, atime, mtime } = statSync(file(name));
    writeFileSync(file(name), 'x'.repeat(size));
    utimesSync(file(name), atime, mtime);
  }
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'seals-'));
    for (const name of PACKAGES)
      for (const each of ['index.js', 'a/b.js', 'a/b.d.ts', '.tsbuildinfo']) write(`lib/${name}/dist/${each}`, name);
    const places = {
      'node_modules/one': { main: './main' },
      'node_modules/@a/two': {},
      'node_modules/three': { main: false },
    };
    write('node_modules/.package-lock.json', JSON.stringify({ packages: places }));
    for (const [place, content] of Object.entries(places)) write(`${place}/package.json`, JSON.stringify(content));
    write('node_modules/one/main.js', 'one');
    write('node_modules/@a/two/index.js', 'two');
    seal(root, 'compiled', compiledFiles(root, PACKAGES));
    sealInstalled(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const compiled = (): string[] => changedSince(root, 'compiled', compiledFiles(root, PACKAGES));
  const isIntact = (): boolean => libraryStep({ root, env: {} }).intact();

  it('is as it was, also in a copy of the project and when the compiler writes its own notes', () => {
    writeFileSync(file('lib/runner/dist/.tsbuildinfo'), 'notes');
    assert.ok(isIntact());
    const copied = `${root}-copied`;
    cpSync(root, copied, { recursive: true });
    assert.deepEqual(changedSince(copied, 'compiled', compiledFiles(copied, PACKAGES)), []);
    assert.equal(installedComplaint(copied), undefined);
    rmSync(copied, { recursive: true });
  });

  const poisons: Record<string, [poison: () => void, named: string]> = {
    'a line more': [() => appendFileSync(file('lib/inference/dist/index.js'), '\n1;'), 'lib/inference/dist/index.js'],
    'other content of the same size and time': [
      () => changeQuietly('lib/runner/dist/a/b.js'),
      'lib/runner/dist/a/b.js',
    ],
    // Node takes it before the folder.
    'a file more': [() => write('lib/workbook/dist/a.js', ''), 'lib/workbook/dist/a.js'],
    'a file less': [() => rmSync(file('lib/runner/dist/a/b.d.ts')), 'lib/runner/dist/a/b.d.ts'],
  };
  for (const [name, [poison, named]] of Object.entries(poisons)) {
    it(`is compiled anew after ${name} in dist`, () => {
      poison();
      assert.deepEqual(compiled(), [named]);
      assert.ok(!isIntact());
    });
  }
  it('is compiled anew where nothing was noted', () => {
    rmSync(file('.cache'), { recursive: true });
    assert.ok(!isIntact());
  });

  for (const name of ['node_modules/one/main.js', 'node_modules/@a/two/index.js', 'node_modules/three/package.json']) {
    it(`a changed ${name} is named, with what to do`, () => {
      assert.equal(installedComplaint(root), undefined);
      changeQuietly(name);
      const said = installedComplaint(root) ?? '';
      assert.ok(said.startsWith(`CHANGED since it was installed: ${path.normalize(name)}.`), said);
      assert.match(
        said,
        /remove node_modules and run "npm run setup"\. If it was you, remove .*installed\.seal\.json\.$/,
      );
      rmSync(file('.cache/scalable-inference/installed.seal.json'));
      assert.equal(installedComplaint(root), undefined);
      assert.equal(installedComplaint(root), undefined);
    });
  }
  it('several changed packages are counted', () => {
    changeQuietly('node_modules/one/main.js');
    rmSync(file('node_modules/one/package.json'));
    assert.match(installedComplaint(root) ?? '', /one.main\.js and 1 more\./);
  });
});
