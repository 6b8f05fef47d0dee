import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { pipInstall } from '../../lib/inference/setup/steps/python.mjs';
import { missingPackages } from '../../lib/setup/locked-packages.mjs';
import { environmentFile } from '../../lib/setup/paths.mjs';
import { packagesStep } from '../../lib/setup/steps/packages.mjs';
import { certificate, withTunnel } from '../support/tunnel';
import { makeWheel, registry, writeProject } from './support/registry';

const { python: PYTHON }: { python: string } = readJson(environmentFile());
/** A name that no server knows: who reaches it went through the tunnel. */
const HOST = 'packages.test';
const AUTHORIZATION = `Basic ${Buffer.from('ada:secret').toString('base64')}`;

/** A registry over TLS, with a certificate that only those trust who are told of it, behind a proxy that opens tunnels. */
describe('through a proxy that tunnels (CONNECT) come', () => {
  let folder: string;
  let root: string;
  let wheel: Buffer;
  let authority: ReturnType<typeof certificate>;
  before(function () {
    folder = mkdtempSync(path.join(tmpdir(), 'tunnel-'));
    authority = certificate(folder, HOST);
    if (!authority) this.skip();
    wheel = makeWheel(PYTHON, folder);
    mkdirSync(path.join(folder, 'home'));
  });
  beforeEach(() => {
    root = path.join(folder, 'project');
    writeProject(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  after(() => rmSync(folder, { recursive: true }));

  const through = async (body: (proxy: string) => Promise<void>): Promise<void> => {
    assert.ok(authority);
    await withTunnel({ ...authority, handler: registry({ wheel }), authorization: AUTHORIZATION }, async (tunnel) => {
      await body(tunnel.url.replace('//', '//ada:secret@'));
      assert.ok(tunnel.targets.length > 0 && tunnel.targets.every((target) => target === `${HOST}:443`));
    });
  };

  const environment = (proxy: string): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    HOME: path.join(folder, 'home'),
    HTTPS_PROXY: proxy,
    NODE_EXTRA_CA_CERTS: authority?.file,
    PIP_CERT: authority?.file,
    PIP_INDEX_URL: `https://${HOST}/simple`,
    PIP_NO_CACHE_DIR: '1',
    PIP_RETRIES: '0',
    npm_config_registry: `https://${HOST}`,
    // This machine's own settings may name other authorities.
    npm_config_globalconfig: path.join(folder, 'npmrc'),
    npm_config_cache: path.join(root, 'cache'),
    npm_config_fetch_retries: '0',
  });

  const npm = (env: NodeJS.ProcessEnv): Promise<unknown> => packagesStep({ root, env }).run();

  it("npm's packages", () =>
    through(async (proxy) => {
      await npm(environment(proxy));
      assert.deepEqual(missingPackages(root), []);
    }));

  it("pip's packages", () =>
    through(async (proxy) => {
      const home = { prefix: path.dirname(path.dirname(PYTHON)), own: true };
      const target = path.join(root, 'target');
      await pipInstall({ root, env: environment(proxy), home }, 'pip.log', ['--target', target, 'tiny==1.0.0']);
      assert.ok(existsSync(path.join(target, 'tiny.py')));
    }));

  it('downloads of the library', () =>
    through(async (proxy) => {
      const target = path.join(root, 'tiny.whl');
      const options = { urls: [`https://${HOST}/wheels/tiny-1.0.0-py3-none-any.whl`], target };
      const source = `require('scalable-inference/files').download(${JSON.stringify(options)});`;
      await promisify(execFile)(process.execPath, ['-e', source], { cwd: __dirname, env: environment(proxy) });
      assert.deepEqual(readFileSync(target), wheel);
    }));

  it('none with a wrong password, and none where nobody trusts the registry: one sentence says why', () =>
    through(async (proxy) => {
      const wrong = environment(proxy.replace('secret', 'public'));
      await assert.rejects(npm(wrong), /^Error: The proxy wants a name and a password: /);
      const distrustful = { ...environment(proxy), NODE_EXTRA_CA_CERTS: undefined };
      await assert.rejects(npm(distrustful), /^Error: The registry's certificate is not trusted: /);
    }));
});
