import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { withTemporaryFolder } from 'scalable-inference/files';
import { identify } from '../../lib/inference/setup/system/processes.cjs';

describe('temporary folders of the library', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'temporary-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const old = (name: string): void => {
    const hourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(path.join(folder, name), hourAgo, hourAgo);
  };

  /** Runs a program with the library's `files` as `f` and `folder` as its temporary folder; gives its signal. */
  const run = (source: string): NodeJS.Signals | null => {
    const program = `const f = require('scalable-inference/files'); const fs = require('fs');\n${source}`;
    const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
    const { signal, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: __dirname, env, encoding: 'utf8' });
    assert.equal(stderr, '');
    return signal;
  };

  it('are gone when the work is done, and when it fails', async () => {
    const seen: string[] = [];
    const work = async (made: string): Promise<void> => {
      seen.push(made);
      mkdirSync(path.join(made, 'inside'));
      if (seen.length === 2) throw new Error('no disk');
    };
    await withTemporaryFolder(work);
    await assert.rejects(withTemporaryFolder(work), /no disk/);
    assert.deepEqual(seen.map(existsSync), [false, false]);
  });

  it('of a process that was killed go with the next one; those of living processes, of others and new ones stay', () => {
    const kill =
      "f.withTemporaryFolder(async (made) => { fs.writeFileSync(made + '/weights', 'w'); process.kill(process.pid, 'SIGKILL'); });";
    assert.equal(run(kill), 'SIGKILL');
    const [abandoned] = readdirSync(folder);
    assert.ok(abandoned);
    const { pid, startTime } = identify(process.pid);
    const living = `scalable-inference-${pid}-${startTime?.replace(/\W/g, '_')}-AbCdEf`;
    const reused = `scalable-inference-${pid}-1-AbCdEf`;
    for (const name of [living, reused, 'scalable-inference-of-mine']) mkdirSync(path.join(folder, name));
    for (const name of readdirSync(folder)) if (name !== abandoned) old(name);
    run('f.withTemporaryFolder(async () => undefined);');
    assert.deepEqual(readdirSync(folder).sort(), [abandoned, living, 'scalable-inference-of-mine'].sort());
    run(`f.removeTemporaryFolders(${pid}); f.removeTemporaryFolders(1);`);
    assert.deepEqual(readdirSync(folder).sort(), [abandoned, living, 'scalable-inference-of-mine'].sort());
    old(abandoned);
    run('f.withTemporaryFolder(async () => undefined);');
    assert.deepEqual(readdirSync(folder).sort(), [living, 'scalable-inference-of-mine'].sort());
  });

  it('of a process that one killed itself go at once, and no other', () => {
    const kill = "f.withTemporaryFolder(async () => process.kill(process.pid, 'SIGKILL'));";
    for (let i = 0; i < 2; i++) assert.equal(run(kill), 'SIGKILL');
    const [first, second] = readdirSync(folder);
    const [pid] = /\d+/.exec(first) as RegExpExecArray;
    run(`f.removeTemporaryFolders(${pid});`);
    assert.deepEqual(readdirSync(folder), [second]);
  });
});
