import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { removeStale } from '../../lib/setup/compile.mjs';

describe('compiling the library', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'compile-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (...names: string[]): void => {
    for (const name of names) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), '');
    }
  };
  const stale = (): string[] => removeStale(path.join(folder, 'src'), path.join(folder, 'dist')).sort();

  it('removes what a file left that has become a folder, and nothing else', () => {
    write(
      'src/judge/index.ts',
      'src/index.ts',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/judge/index.js',
      'dist/.tsbuildinfo',
    );
    write('dist/judge.js', 'dist/judge.d.ts', 'dist/judge.js.map');
    assert.deepEqual(stale(), ['judge.d.ts', 'judge.js', 'judge.js.map']);
    assert.ok(!existsSync(path.join(folder, 'dist/judge.js')));
    assert.ok(
      ['index.js', 'index.d.ts', 'judge/index.js', '.tsbuildinfo'].every((name) =>
        existsSync(path.join(folder, 'dist', name)),
      ),
    );
    assert.deepEqual(stale(), []);
  });

  it('has nothing to remove before the first time', () => assert.deepEqual(stale(), []));
});
