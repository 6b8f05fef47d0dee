import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../lib/setup/lock.mjs';
import { identify, isRunning } from '../../lib/setup/process-info.mjs';

describe('acquireLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
    file = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const holder = (fields: object): string =>
    JSON.stringify({ ...identify(process.pid), host: hostname(), since: 'now', ...fields });

  it('gives the lock to one at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const release = await acquireLock(file, { pollMs: 5 });
      most = Math.max(most, ++inside);
      await sleep(10);
      inside--;
      release();
    };
    await Promise.all([work(), work(), work(), work()]);
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('takes over from a process that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, holder({ pid, startTime: '1' }));
    (await acquireLock(file))();
    assert.ok(!existsSync(file));
  });

  it('takes over from an earlier process of the same number, and from a lock that is not readable', async () => {
    for (const content of [holder({ startTime: 'another time' }), 'garbage', '']) {
      writeFileSync(file, content);
      (await acquireLock(file))();
    }
    assert.ok(!existsSync(file));
  });

  it('waits for a live holder, and for one of another machine, and says so once', async () => {
    for (const content of [holder({}), holder({ host: 'elsewhere', pid: 1, startTime: '0' })]) {
      writeFileSync(file, content);
      const lines: string[] = [];
      const waiting = acquireLock(file, { pollMs: 5, say: (line: string) => lines.push(line) });
      await sleep(60);
      assert.equal(readFileSync(file, 'utf8'), content);
      rmSync(file);
      (await waiting)();
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /waiting until it has finished/);
    }
  });
});

describe('process identity', () => {
  it('holds for a running process and not for an ended one', () => {
    assert.ok(isRunning(identify(process.pid)));
    assert.ok(!isRunning({ pid: process.pid, startTime: 'another' }));
    assert.ok(!isRunning(identify(spawnSync(process.execPath, ['-e', '']).pid)));
    assert.ok(!isRunning(undefined));
  });
});
