import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock as withLockOfLibrary } from 'scalable-inference/files';
import { acquireLock, type LockHolder, withLock } from '../../lib/inference/setup/system/lock.cjs';
import { identify, isRunning } from '../../lib/inference/setup/system/processes.cjs';

describe('the lock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
    file = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const holder = (fields: object): string =>
    JSON.stringify({ ...identify(process.pid), host: hostname(), since: 'now', token: 'another', ...fields });

  it("is given to one at a time, by the set-up's door and by the library's", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(10);
      inside--;
    };
    const doors = [withLock, withLockOfLibrary, withLock, withLockOfLibrary];
    await Promise.all(doors.map((door) => door(file, work, { pollMs: 5 })));
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is given back when the work fails', async () => {
    const failing = withLock(file, () => Promise.reject(new Error('no disk')));
    await assert.rejects(failing, /no disk/);
    assert.ok(!existsSync(file));
  });

  it('is taken over from a process that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, holder({ pid, startTime: '1' }));
    (await acquireLock(file))();
    assert.ok(!existsSync(file));
  });

  it('is taken over from an earlier process of the same number, and from a file that is not readable', async () => {
    for (const content of [holder({ startTime: 'another time' }), 'garbage', '']) {
      writeFileSync(file, content);
      (await acquireLock(file))();
    }
    assert.ok(!existsSync(file));
  });

  it('is taken over by one of many that wait for a dead holder', async () => {
    writeFileSync(file, holder({ startTime: 'another time' }));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work, { pollMs: 1 })));
    assert.equal(most, 1);
  });

  it('waits for a live holder, and for one of another machine, and says so once', async () => {
    for (const content of [holder({}), holder({ host: 'elsewhere', pid: 1, startTime: '0' })]) {
      writeFileSync(file, content);
      const seen: LockHolder[] = [];
      const waiting = acquireLock(file, { pollMs: 5, onWait: (other) => seen.push(other) });
      await sleep(60);
      assert.equal(readFileSync(file, 'utf8'), content);
      rmSync(file);
      (await waiting)();
      assert.equal(seen.length, 1);
      assert.equal(seen[0]?.since, 'now');
    }
  });

  it('is taken over from another machine that gave no sign for more than a minute', async () => {
    writeFileSync(file, holder({ host: 'elsewhere' }));
    const before = new Date(Date.now() - 61_000);
    utimesSync(file, before, before);
    (await acquireLock(file, { timeoutMs: 2_000 }))();
    assert.ok(!existsSync(file));
  });

  it('is waited for no longer than asked, with an error that names the holder', async () => {
    writeFileSync(file, holder({}));
    const waiting = acquireLock(file, { pollMs: 5, timeoutMs: 20 });
    await assert.rejects(waiting, new RegExp(`is still held by process ${process.pid} on .* after 20 ms; wait for it`));
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
