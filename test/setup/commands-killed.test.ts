import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { which } from '../../lib/inference/setup/find.mjs';
import { ROOT } from '../../lib/setup/paths.mjs';

const PATIENCE_MS = 30_000;

/** A command of npm whose processes, wherever they stand, are known by a variable that they inherit. */
class Command {
  readonly mark = randomUUID();
  readonly npm: ChildProcess;
  output = '';

  constructor(
    args: string[],
    readonly temporary: string,
  ) {
    const { SCALABLE_INFERENCE_TEST_FOLDER: _own, ...inherited } = process.env;
    const env = { ...inherited, TMPDIR: temporary, TSLAB_COMMAND_MARK: this.mark, npm_config_update_notifier: 'false' };
    this.npm = spawn(which('npm') ?? 'npm', args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.npm.stdout, this.npm.stderr])
      stream?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  async says(text: RegExp): Promise<void> {
    while (!text.test(this.output)) {
      assert.equal(this.npm.exitCode, null, this.output);
      await sleep(50);
    }
  }

  /** Its processes that still run, npm included. */
  processes(): { pid: number; line: string }[] {
    const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return numbers.flatMap((name) => {
      try {
        const isZombie = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .startsWith('Z');
        if (isZombie || !readFileSync(`/proc/${name}/environ`, 'utf8').includes(this.mark)) return [];
        return [{ pid: Number(name), line: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        return [];
      }
    });
  }

  kill(line: RegExp, signal: NodeJS.Signals): void {
    const found = this.processes().filter((each) => line.test(each.line));
    assert.ok(found.length > 0, `no process ${line}`);
    for (const { pid } of found) process.kill(pid, signal);
  }

  async leavesNothing(): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    const left = () => [...this.processes().map(({ line }) => line), ...readdirSync(this.temporary)];
    while (left().length > 0 && performance.now() < deadlineMs) await sleep(50);
    assert.deepEqual(left(), []);
  }
}

describe('a command of npm that is ended', function () {
  this.timeout(120_000);
  let temporary: string;
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), 'c-'));
  });
  afterEach(() => temporary && rmSync(temporary, { recursive: true, force: true }));

  const START = /^\S*node lib\/setup\/start\.mjs/;
  const starts: [how: string, line: RegExp, signal: NodeJS.Signals][] = [
    ['by Ctrl-C', /start\.mjs/, 'SIGINT'],
    ['by SIGTERM', START, 'SIGTERM'],
    ['by SIGKILL', START, 'SIGKILL'],
    ['by SIGKILL of npm', /^npm start/, 'SIGKILL'],
  ];
  for (const [how, line, signal] of starts)
    it(`${how} leaves no process, no port and no file: npm start`, async () => {
      const command = new Command(['start', '--', '--no-browser'], temporary);
      await command.says(/token=/);
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(command.output) ?? [];
      command.kill(line, signal);
      await command.leavesNothing();
      await assert.rejects(fetch(url as string), /fetch failed/);
    });

  const TEST = /^\S*node test\/tools\/test\.mjs/;
  for (const [how, line] of [
    ['by SIGKILL', TEST],
    ['by SIGKILL of npm', /^npm test/],
  ] as [string, RegExp][])
    it(`${how} leaves no process and no file: npm test`, async () => {
      const command = new Command(['test', '--', 'mocha', 'test/setup/support/endless.ts'], temporary);
      await command.says(/begun/);
      assert.ok(readdirSync(temporary).length > 0);
      command.kill(line, 'SIGKILL');
      await command.leavesNothing();
    });
});
