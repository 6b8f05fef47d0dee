import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

import { KernelSession } from 'tslab-runner/kernel';
import { planRuns, runAll } from 'tslab-runner/run';
import { attachServer, isRunning, type JupyterServer, readEnvironment, startServer } from 'tslab-runner/server';
import { Folder, kernelsIn, notebook, processesWith, serverFolders, remaining } from './support';

const LIMITS = { timeoutMs: 30_000, outputBytes: 20e6, kernelBytes: 4e9 };

async function gone(check: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!check()) {
    assert.ok(Date.now() < deadline, 'still there after 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1', () =>
      resolve({ server, port: (server.address() as { port: number }).port }),
    );
  });
}

describe('runner: the Jupyter server', () => {
  const folder = new Folder();
  const environment = readEnvironment();
  const start = (more: object = {}): Promise<JupyterServer> =>
    startServer({ environment, rootDir: folder.path, ...more });
  /** Temporary folders that failed starts leave behind; other runs on this machine may have theirs. */
  const left = (before: string[]): string[] =>
    serverFolders().filter((name) => !before.includes(name) && processesWith(name).length === 0);

  after(() => folder.remove());

  it('answers only with its token, on loopback, and is gone with its folder after stop', async () => {
    const server = await start();
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal((await fetch(`${server.url}api/kernelspecs`)).status, 403);
    assert.equal((await fetch(`${server.url}api/kernelspecs?token=${server.token}`)).status, 200);
    await server.stop();
    assert.equal(existsSync(server.folder as string), false);
    assert.deepEqual(await remaining(server.folder as string), []);
    assert.match(await server.ended, /ended/);
  });

  it('says what a server printed that dies while it starts', async () => {
    const before = serverFolders();
    const broken = {
      ...environment,
      serverCommand: [process.execPath, '-e', 'console.error("no module named jupyter"); process.exit(3)', '--'],
    };
    await assert.rejects(start({ environment: broken }), /did not start.*exit code 3.*no module named jupyter/s);
    assert.deepEqual(left(before), []);
  });

  it('gives up on a server that never answers, and ends it', async () => {
    const mute = {
      ...environment,
      serverCommand: [process.execPath, '-e', 'setInterval(() => {}, 1000)', 'mute-server', '--'],
    };
    await assert.rejects(start({ environment: mute, timeoutMs: 1_000 }), /did not answer within 1 s/);
    assert.deepEqual(await remaining('mute-server'), []);
  });

  it('says at once that a server may open too few files', async () => {
    const cramped = {
      ...environment,
      serverCommand: [
        process.execPath,
        '-e',
        'console.error("OSError: [Errno 24] Too many open files"); setInterval(() => {}, 1000)',
        'cramped-server',
        '--',
      ],
    };
    await assert.rejects(
      start({ environment: cramped }),
      /may open too few files \(EMFILE\): type "ulimit -n 1024" first/,
    );
    assert.deepEqual(await remaining('cramped-server'), []);
  });

  it('says which command is missing', async () => {
    await assert.rejects(
      start({ environment: { ...environment, serverCommand: ['/no/such/jupyter'] } }),
      /could not be started.*no\/such\/jupyter.*doctor/s,
    );
  });

  it('says that a port is in use', async () => {
    const { server, port } = await listen();
    await assert.rejects(start({ port }), new RegExp(`did not start.*port ${port} is already in use`, 's'));
    server.close();
  });

  it('dies with its parent, killed without warning, and takes kernels and folder along', async () => {
    const script = `
      const { startServer, readEnvironment } = require(${JSON.stringify(require.resolve('tslab-runner/server'))});
      const { KernelSession } = require(${JSON.stringify(require.resolve('tslab-runner/kernel'))});
      const folder = ${JSON.stringify(folder.path)};
      startServer({ environment: readEnvironment(), rootDir: folder, upcoming: [folder, folder] }).then(async (server) => {
        console.debug = () => {};
        await KernelSession.open({ server, kernelName: 'tslab', path: 'x.ipynb' });
        console.log(server.folder);
      });`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const serverFolder = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
    );
    const kernels = [...processesWith(`${serverFolder}/runtime/kernel-`), ...kernelsIn(folder.path)];
    assert.equal(kernels.length, 3, 'a launcher, the kernel it stands for, and one started ahead');
    parent.kill('SIGKILL');
    await gone(() => !existsSync(serverFolder));
    await gone(() => !kernels.some((pid) => isRunning(pid)));
    assert.deepEqual(await remaining(serverFolder), [], 'the watchdog itself ends last');
  });

  it('starts kernels ahead, hands them over, notices their death and ends those left over', async () => {
    const server = await start({ upcoming: [folder.path, folder.path, folder.path] });
    const good = folder.write('good.ipynb', notebook(["console.log('a');"]));
    const bad = folder.write('dies.ipynb', notebook(['const a = 1;', 'process.exit(7);']));
    const { tasks } = await planRuns([good, bad], 'as-is', new Map());
    const results = await runAll(tasks, { server, limits: LIMITS, jobs: 1, signal: new AbortController().signal });
    assert.deepEqual(
      results.map(({ failures }) => failures.map(({ kind, cell }) => [kind, cell])),
      [[], [['kernel-died', 1]]],
    );
    assert.ok(
      results.every(({ peakKernelBytes }) => (peakKernelBytes ?? 0) > 1e8),
      "memory is the kernel's, not its launcher's",
    );
    assert.equal(kernelsIn(folder.path).length, 1, 'one is still ahead');
    await server.stop();
    await gone(() => kernelsIn(folder.path).length === 0);
  });

  describe('of somebody else', () => {
    let other: JupyterServer;
    before(async () => {
      other = await start();
    });
    after(() => other.stop());

    it('runs notebooks with its token', async () => {
      const file = folder.write('remote.ipynb', notebook(['const a = 1;', 'console.log(a);']));
      const server = await attachServer(other.url, other.token);
      const { tasks } = await planRuns([file], 'as-is', new Map());
      const [result] = await runAll(tasks, { server, limits: LIMITS, jobs: 1, signal: new AbortController().signal });
      assert.deepEqual(result?.failures, []);
      await server.stop();
      assert.equal(
        (await fetch(`${other.url}api/kernelspecs?token=${other.token}`)).status,
        200,
        'the server is left alone',
      );
      assert.deepEqual(
        await (await fetch(`${other.url}api/sessions?token=${other.token}`)).json(),
        [],
        'its session is closed',
      );
    });

    it('refuses a wrong token by name', () =>
      assert.rejects(attachServer(other.url, 'wrong'), /refuses the token.*--token/));

    it('says that nobody answers at an address', async () => {
      const { server, port } = await listen();
      await new Promise((resolve) => server.close(resolve));
      await assert.rejects(
        attachServer(`http://127.0.0.1:${port}`, ''),
        /No Jupyter server answers.*ECONNREFUSED.*--server/s,
      );
    });

    it('says that what answers is no Jupyter server', async () => {
      const { server, port } = await listen();
      await assert.rejects(
        attachServer(`http://127.0.0.1:${port}`, '', { timeoutMs: 500 }),
        /No Jupyter server answers/,
      );
      server.close();
    });
  });

  describe('that goes away while a cell runs', () => {
    const file = (): string =>
      folder.write(
        'long.ipynb',
        notebook(['const a = 1;', 'await new Promise((resolve) => setTimeout(resolve, 20000));']),
      );

    it('is named, with the cell, when it was ours', async () => {
      const server = await start();
      const { tasks } = await planRuns([file()], 'as-is', new Map());
      const kill = (): void => processesWith(`root_dir=${folder.path}`).forEach((pid) => process.kill(pid, 'SIGKILL'));
      const running = runAll(tasks, {
        server,
        limits: LIMITS,
        jobs: 1,
        signal: new AbortController().signal,
        onCell: kill,
      });
      const [result] = await running;
      await server.stop();
      assert.deepEqual(
        result?.failures.map(({ kind, cell }) => [kind, cell]),
        [['server-died', 1]],
      );
    });

    it('is named, with the cell, when it was not', async () => {
      const owner = await start();
      const server = await attachServer(owner.url, owner.token);
      const { tasks } = await planRuns([file()], 'as-is', new Map());
      const [result] = await runAll(tasks, {
        server,
        limits: LIMITS,
        jobs: 1,
        signal: new AbortController().signal,
        onCell: () => void owner.stop(),
      });
      const [failure] = result?.failures ?? [];
      assert.ok(failure?.kind === 'connection-lost' || failure?.kind === 'kernel-died', failure?.kind);
      assert.equal(failure.cell, 1);
    });
  });

  it("refuses a cell within 200 ms after a failed one: the session shows tslab's status", async () => {
    const server = await start();
    const session = await KernelSession.open({ server, kernelName: 'tslab', path: 'x.ipynb' });
    const failed = session.execute("throw new Error('x');", session.newOutputs());
    const refused = session.execute('const a = 1;', session.newOutputs());
    assert.equal((await failed).status, 'error');
    assert.equal((await refused).status, 'abort');
    await session.close();
    await server.stop();
  });
});
