import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CLI, Folder, notebook, runCli } from './support';

/** Moments at which a runner is killed, spread over what it does: start, server, kernel, cells, end. */
const MOMENTS = 6;
const LAST_MOMENT_MS = 4_000;
/** Ending in order may take a server three seconds, on a busy machine more. */
const PATIENCE_MS = 20_000;

const CELLS = [
  "import { spawn } from 'node:child_process';\nconst below = spawn('sleep', ['600']);\nbelow.pid;",
  "import { mkdtempSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\nmkdtempSync(tmpdir() + '/of-a-cell-');",
  'for (const end = Date.now() + 400; Date.now() < end; );',
  'await new Promise((resolve) => setTimeout(resolve, 60_000));',
];

/** A runner at work whose processes, wherever they stand, are known by a variable that they inherit. */
class Victim {
  readonly mark = randomUUID();
  readonly child: ChildProcess;

  constructor(
    file: string,
    readonly temporary: string,
  ) {
    const env = { ...process.env, TMPDIR: temporary, VICTIM: this.mark };
    this.child = spawn(process.execPath, [CLI, file, '--env', 'VICTIM'], { env, stdio: 'ignore' });
  }

  /** Its processes that still run, itself included. */
  processes(): number[] {
    const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return numbers.map(Number).filter((pid) => {
      try {
        const isZombie = / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
        return !isZombie && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.mark);
      } catch {
        return false;
      }
    });
  }

  /** What is left of it after it was killed and all had time to end. */
  async left(): Promise<{ processes: string[]; files: string[] }> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    const anything = (): boolean => this.processes().length + readdirSync(this.temporary).length > 0;
    while (anything() && performance.now() < deadlineMs) await sleep(50);
    const command = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { processes: this.processes().map(command), files: readdirSync(this.temporary) };
  }
}

describe('runner: killed without warning', function () {
  this.timeout(120_000);
  let folder: Folder;
  let file: string;
  let temporary: string;

  before(function () {
    if (process.platform !== 'linux') this.skip();
    folder = new Folder();
    file = folder.write('long.ipynb', notebook(CELLS));
    temporary = path.join(folder.path, 't');
    mkdirSync(temporary);
  });
  after(() => folder?.remove());

  const nothing = { processes: [], files: [] };

  for (let moment = 0; moment < MOMENTS; moment++) {
    const delayMs = Math.round(((moment + Math.random()) / MOMENTS) * LAST_MOMENT_MS);
    it(`leaves no process and no file after ${delayMs} ms`, async () => {
      const victim = new Victim(file, temporary);
      await sleep(delayMs);
      victim.child.kill('SIGKILL');
      assert.deepEqual(await victim.left(), nothing);
    });
  }

  it('together with all its processes at once: the next runner removes what they left', async () => {
    const victim = new Victim(file, temporary);
    const isServer = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jupyter_server');
    while (!victim.processes().some(isServer)) await sleep(50);
    // The server itself lives on, and holds its port.
    for (const pid of victim.processes().filter((each) => !isServer(each))) process.kill(pid, 'SIGKILL');
    await sleep(1_000);
    assert.equal(readdirSync(temporary).length, 1);
    const quick = folder.write('quick.ipynb', notebook(['const a = 1;']));
    const { code, stdout, stderr } = await runCli([quick], undefined, { TMPDIR: temporary });
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(await victim.left(), nothing);
  });

  it('does not mistake the folder of a living runner for one', async () => {
    const victim = new Victim(file, temporary);
    while (readdirSync(temporary).length === 0) await sleep(10);
    const quick = folder.write('quick.ipynb', notebook(['const a = 1;']));
    const { code, stdout, stderr } = await runCli([quick], undefined, { TMPDIR: temporary });
    assert.equal(code, 0, stdout + stderr);
    assert.equal(readdirSync(temporary).length, 1);
    assert.ok(victim.processes().length > 1);
    victim.child.kill('SIGKILL');
    assert.deepEqual(await victim.left(), nothing);
  });

  it('says what is wrong with a temporary folder that cannot be used', async () => {
    const { code, stderr } = await runCli([file], undefined, { TMPDIR: path.join(temporary, 'no-such') });
    assert.equal(code, 1);
    assert.match(stderr, /No folder for the Jupyter server could be made: ENOENT.*Name another in TMPDIR\.\n$/);
  });
});
