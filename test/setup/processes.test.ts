import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, parentOf, signalGroup, startTime } from '../../lib/inference/setup/system/processes.cjs';

/** Linux answers the way of the Mac too: both have `ps`. */
describe('processes, looked at as each system lets one', () => {
  const ended = 2 ** 22 + 1; // beyond the largest number of a process

  for (const platform of process.platform === 'linux' ? ['linux', 'darwin'] : ['darwin']) {
    it(`tells parents and starts (${platform})`, async () => {
      assert.equal(parentOf(process.pid, platform), process.ppid);
      const own = startTime(process.pid, platform);
      assert.ok(own);
      await sleep(20);
      assert.equal(startTime(process.pid, platform), own);
      assert.equal(startTime(ended, platform), undefined);
      assert.ok(!parentOf(ended, platform));
    });
  }

  it('answers the same in every language and time zone', () => {
    const { LC_ALL, TZ } = process.env;
    const before = startTime(process.pid, 'darwin');
    Object.assign(process.env, { LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo' });
    try {
      assert.equal(startTime(process.pid, 'darwin'), before);
    } finally {
      for (const [name, value] of Object.entries({ LC_ALL, TZ }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });

  it('tells on Windows what can be told: whether it runs', () => {
    assert.equal(startTime(process.pid, 'win32'), 'running');
    assert.equal(startTime(ended, 'win32'), undefined);
    assert.equal(parentOf(process.pid, 'win32'), 0);
    assert.equal(parentOf(ended, 'win32'), undefined);
  });

  it('ends a group, and is content where there is none', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    const identity = identify(child.pid!);
    assert.ok(isRunning(identity));
    const exit = once(child, 'exit');
    signalGroup(child.pid!, 'SIGKILL');
    assert.deepEqual(await exit, [null, 'SIGKILL']);
    assert.ok(!isRunning(identity));
    signalGroup(child.pid!, 'SIGKILL');
    signalGroup(ended, 'SIGKILL', 'win32');
  });
});
