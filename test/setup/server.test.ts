import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { browserCommand } from '../../lib/setup/browser.mjs';
import { requireFreePort, startLab } from '../../lib/setup/lab.mjs';
import { commandLines } from '../support/processes';

const root = path.resolve(__dirname, '../..');

describe('the JupyterLab that npm start opens', () => {
  let folder: string;
  let lab: Awaited<ReturnType<typeof startLab>>;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lab-'));
    lab = await startLab({ folder });
  });
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  const get = (page: string, token?: string) =>
    fetch(lab.url + page.slice(1), token === undefined ? {} : { headers: { Authorization: `token ${token}` } });

  it('answers on the loopback interface, and only to its token', async () => {
    assert.match(lab.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal((await get('/api/contents', lab.token)).status, 200);
    assert.equal((await get('/api/contents')).status, 403);
    assert.equal((await get('/api/contents', 'f'.repeat(48))).status, 403);
  });

  it("offers the project's own TypeScript kernel", async () => {
    const { kernelspecs } = (await (await get('/api/kernelspecs', lab.token)).json()) as {
      kernelspecs: Record<string, { spec: { argv: string[]; env: Record<string, string> } }>;
    };
    const spec = kernelspecs.tslab?.spec;
    assert.ok(spec?.argv.includes(path.join(root, 'node_modules/tslab/bin/tslab')));
    assert.equal(spec.env.TF_CPP_MIN_LOG_LEVEL, '2');
    assert.ok(Number(spec.env.TF_NUM_INTRAOP_THREADS) >= 1);
  });

  it('asks nothing of the internet: no news, no update check, no extension manager', async () => {
    const page = await (await get('/lab', lab.token)).text();
    const config = JSON.parse(/id="jupyter-config-data"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? '{}') as {
      news?: { disabled: boolean };
      disabledExtensions?: string[];
    };
    assert.equal(config.news?.disabled, true);
    assert.ok(config.disabledExtensions?.some((name) => name.includes('announcements')));
    const settings = (await (
      await get('/lab/api/settings/@jupyterlab/apputils-extension:notification', lab.token)
    ).json()) as { schema: { properties: Record<string, { default: unknown }> } };
    assert.equal(settings.schema.properties.fetchNews?.default, 'false');
    assert.equal(settings.schema.properties.checkForUpdates?.default, false);
  });

  it('keeps its token out of the arguments', () => {
    const stdout = commandLines()
      .map(({ command }) => command)
      .join('\n');
    assert.ok(stdout.includes(`--ServerApp.root_dir=${folder}`) && !stdout.includes(lab.token));
  });
});

describe('a port in use', () => {
  it('is one clear error', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await assert.rejects(
      requireFreePort(port),
      new RegExp(`Port ${port} cannot be used \\(EADDRINUSE\\). Choose another one with --port`),
    );
    server.close();
  });

  it('and one that is no port is refused', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(root, 'lib/setup/start.mjs'), '--port', '99999'],
      { encoding: 'utf8' },
    );
    assert.equal(status, 1);
    assert.equal(stderr, '--port: expected a number from 1 to 65535, got "99999".\n');
  });
});

describe('a JupyterLab whose parent is killed', () => {
  it('ends, and leaves no folder behind', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'killed-'));
    const lab = pathToFileURL(path.join(root, 'lib/setup/lab.mjs')).href;
    const starter = `import { startLab } from ${JSON.stringify(lab)};
      const { url, token, folder } = await startLab({ folder: ${JSON.stringify(folder)} });
      console.log(JSON.stringify({ url, token, folder }));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', starter], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const server = JSON.parse(line.toString()) as { url: string; token: string; folder: string };
    const answers = () =>
      fetch(`${server.url}api/status`, { headers: { Authorization: `token ${server.token}` } }).then(
        (reply) => reply.ok,
        () => false,
      );
    assert.ok(await answers());
    parent.kill('SIGKILL');
    while (await answers()) await sleep(50);
    while (existsSync(server.folder)) await sleep(50);
    rmSync(folder, { recursive: true });
  });
});

describe('browserCommand', () => {
  it('opens none in CI or without a screen', () => {
    assert.equal(browserCommand({ PATH: '/usr/bin' }, 'linux'), undefined);
    assert.equal(browserCommand({ CI: 'true' }, 'darwin'), undefined);
    assert.deepEqual(browserCommand({}, 'darwin'), ['open']);
  });
});
