import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endOrphan } from '../../lib/inference/setup/child.mjs';
import { runSteps } from '../../lib/inference/setup/engine.mjs';
import { identify, parentOf } from '../../lib/inference/setup/system/processes.cjs';

const program = path.join(__dirname, 'support/step-process.mjs');
const run = promisify(execFile);

describe('the steps of the set-up', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'steps-'))));
  afterEach(async () => {
    await endOrphan(root);
    rmSync(root, { recursive: true });
  });

  const content = (name: string): string => readFileSync(path.join(root, name), 'utf8');
  const complete = async (): Promise<string> => (await run(process.execPath, [program, root])).stdout;

  /** Starts the steps, waits until one of them hangs half-done, and kills the process without warning. */
  async function killAt(name: string): Promise<void> {
    const child = spawn(process.execPath, [program, root, name], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(path.join(root, name)) || content(name) !== 'late') await sleep(20);
    child.kill('SIGKILL');
    await ended;
  }

  /** The program that a step runs, as soon as it is noted. */
  async function noted(): Promise<{ pid: number }> {
    const file = path.join(root, '.cache/scalable-inference/child.json');
    while (!existsSync(file)) await sleep(20);
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
  }

  it('run once, in order, and not again', async () => {
    assert.match(await complete(), /ran: one two three\n$/);
    assert.match(await complete(), /ran: \n$/);
  });

  for (const name of ['one', 'two', 'three']) {
    it(`complete after being killed in the middle of "${name}", whose child is ended first`, async () => {
      await killAt(name);
      const output = await complete();
      const rest = ['one', 'two', 'three'].slice(['one', 'two', 'three'].indexOf(name));
      assert.ok(output.endsWith(`ran: ${rest.join(' ')}\n`), output);
      await sleep(60);
      for (const file of ['one', 'two', 'three']) assert.equal(content(file), 'first half, second half');
      assert.ok(!existsSync(path.join(root, '.cache/scalable-inference/lock')));
    });
  }

  it('leave no program and no temporary file behind when they are killed, without another set-up', async () => {
    const child = spawn(process.execPath, [program, root, 'two'], { stdio: 'ignore' });
    const { pid } = await noted();
    const temporary = path.join(root, '.cache/scalable-inference/tmp');
    assert.ok(existsSync(temporary));
    child.kill('SIGKILL');
    while (identify(pid).startTime !== undefined || existsSync(temporary)) await sleep(20);
  });

  it('end a program whose guard was killed as well', async () => {
    const child = spawn(process.execPath, [program, root, 'two'], { stdio: 'ignore' });
    const { pid } = await noted();
    process.kill(parentOf(pid) as number, 'SIGKILL');
    child.kill('SIGKILL');
    await sleep(100);
    assert.ok(identify(pid).startTime !== undefined);
    assert.match(await complete(), /ran: two three\n$/);
    assert.equal(identify(pid).startTime, undefined);
  });

  it('refuse a folder whose path cannot stand in PATH, and say what to do', async () => {
    await assert.rejects(
      runSteps([], { root: '/home/a:b' }),
      /^Error: The folder "\/home\/a:b" has ":" in its path, .*: move it to one without\.$/,
    );
  });

  it('run again when what they made was changed or removed', async () => {
    await complete();
    writeFileSync(path.join(root, 'two'), 'damaged');
    rmSync(path.join(root, 'three'));
    assert.match(await complete(), /ran: two three\n$/);
  });

  it('run one process at a time: the second waits, says for whom, and goes on when that one is killed', async () => {
    const first = spawn(process.execPath, [program, root, 'two'], { stdio: 'ignore' });
    while (!existsSync(path.join(root, 'two'))) await sleep(20);
    const second = run(process.execPath, [program, root]);
    await new Promise((resolve) => second.child.stdout?.once('data', resolve));
    const child = await noted();
    assert.ok(first.pid && !existsSync(path.join(root, '.cache/scalable-inference/two.json')));
    first.kill('SIGKILL');
    const output = (await second).stdout;
    assert.match(output, new RegExp(`Another set-up of this folder is running \\(process ${first.pid},`));
    assert.match(output, /ran: two three\n$/);
    assert.equal(identify(child.pid).startTime, undefined);
  });

  it('run once when several processes start together', async () => {
    const outputs = await Promise.all([complete(), complete(), complete()]);
    const ran = outputs.flatMap((output) => (/ran: (.*)\n$/.exec(output)?.[1] ?? '').split(' ').filter(Boolean));
    assert.deepEqual(ran.sort(), ['one', 'three', 'two']);
  });

  it('leave no stamp and no lock when one fails, and say why with the end of its log', async () => {
    const failing = {
      name: 'bad',
      title: 'bad',
      inputs: () => 1,
      intact: () => true,
      run: () => Promise.reject(new Error('no disk')),
    };
    await assert.rejects(runSteps([failing], { root, say: () => {} }), /no disk/);
    assert.ok(!existsSync(path.join(root, '.cache/scalable-inference/bad.json')));
    assert.ok(!existsSync(path.join(root, '.cache/scalable-inference/lock')));
  });

  it('try a fallback again only when asked', async () => {
    let runs = 0;
    const step = {
      name: 'soft',
      title: 'soft',
      inputs: () => 1,
      intact: () => true,
      run: () => Promise.resolve({ fellBack: true, runs: ++runs }),
    };
    for (const retry of [false, false, true]) await runSteps([step], { root, retry, say: () => {} });
    assert.equal(runs, 2);
  });
});
