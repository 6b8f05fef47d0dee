import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { pipInstall } from '../../lib/inference/setup/steps/python.mjs';
import { missingPackages } from '../../lib/setup/locked-packages.mjs';
import { environmentFile, ROOT } from '../../lib/setup/paths.mjs';
import { packagesStep } from '../../lib/setup/steps/packages.mjs';
import { withServer } from '../support/bad-server';
import { type Guarded, makeWheel, registry, writeProject } from './support/registry';

const { python: PYTHON }: { python: string } = readJson(environmentFile());
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';
/** A name that no server knows: who reaches it goes through the proxy. */
const BEHIND_THE_PROXY = 'http://packages.test';
const BASIC = `Basic ${Buffer.from('ada:secret').toString('base64')}`;

/** Whether this system lets a process mount file systems that only it sees. */
const MOUNTS = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

type Variables = Record<string, string | undefined>;

/** A project in a folder whose name every shell and list takes apart, with a home of its own. */
describe('packages come', () => {
  let folder: string;
  let root: string;
  let wheel: Buffer;
  before(() => {
    const place = mkdtempSync(path.join(tmpdir(), 'wheel-'));
    wheel = makeWheel(PYTHON, place);
    rmSync(place, { recursive: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'network-'));
    root = path.join(folder, `Zoë's "péché" 100% $HOME, #1`);
    writeProject(root);
    mkdirSync(path.join(folder, 'home'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** This machine's programs, and nothing of its settings. */
  function environment(more: Variables): Variables {
    const home = path.join(folder, 'home');
    const npm = { npm_config_cache: path.join(folder, 'cache'), npm_config_fetch_retries: '0' };
    const pip = { PIP_CONFIG_FILE: path.join(home, 'pip.conf'), PIP_RETRIES: '0', PIP_NO_CACHE_DIR: '1' };
    return { PATH: process.env.PATH, HOME: home, ...npm, ...pip, ...more };
  }

  async function npm(more: Variables): Promise<void> {
    await packagesStep({ root, env: environment(more) }).run();
    assert.deepEqual(missingPackages(root), []);
  }

  async function pip(more: Variables): Promise<void> {
    const home = { prefix: path.dirname(path.dirname(PYTHON)), own: true };
    const target = path.join(root, 'target');
    await pipInstall({ root, env: environment(more), home }, 'pip.log', ['--target', target, 'tiny==1.0.0']);
    assert.ok(existsSync(path.join(target, 'tiny.py')));
  }

  const serve = (body: (url: string) => Promise<void>, guarded?: Guarded) =>
    withServer(registry({ wheel, guarded }), async (url, server) => {
      await body(url);
      assert.ok(server.paths.length > 0, 'nobody asked');
    });

  describe('from a registry of your own', () => {
    it('that .npmrc names, with its token', () =>
      serve(
        (url) => {
          const where = url.replace('http:', '');
          writeFileSync(path.join(root, '.npmrc'), `registry=${url}/\n${where}/:_authToken=secret\n`);
          return npm({});
        },
        { header: 'authorization', value: 'Bearer secret' },
      ));

    it('that npm_config_registry names', () => serve((url) => npm({ npm_config_registry: url })));

    it('that pip.conf names', () =>
      serve((url) => {
        writeFileSync(path.join(folder, 'home/pip.conf'), `[global]\nindex-url = ${url}/simple\n`);
        return pip({});
      }));

    it('that PIP_INDEX_URL names, with a password', () =>
      serve((url) => pip({ PIP_INDEX_URL: `${url.replace('//', '//ada:secret@')}/simple` }), {
        header: 'authorization',
        value: BASIC,
      }));
  });

  describe('through a proxy', () => {
    const guarded: Guarded = { header: 'proxy-authorization', value: BASIC };
    const withPassword = (url: string): string => url.replace('//', '//ada:secret@');

    it('that HTTP_PROXY names, for npm', () =>
      serve((url) => npm({ HTTP_PROXY: withPassword(url), npm_config_registry: BEHIND_THE_PROXY }), guarded));

    it('that .npmrc names', () =>
      serve((url) => {
        writeFileSync(path.join(root, '.npmrc'), `registry=${BEHIND_THE_PROXY}/\nproxy=${withPassword(url)}\n`);
        return npm({});
      }, guarded));

    const pipBehind = {
      PIP_INDEX_URL: `${BEHIND_THE_PROXY}/simple`,
      PIP_TRUSTED_HOST: new URL(BEHIND_THE_PROXY).hostname,
    };
    it('that HTTP_PROXY names, for pip', () =>
      serve((url) => pip({ ...pipBehind, HTTP_PROXY: withPassword(url), http_proxy: withPassword(url) }), guarded));

    it('that pip.conf names', () =>
      serve((url) => {
        writeFileSync(path.join(folder, 'home/pip.conf'), `[global]\nproxy = ${withPassword(url)}\n`);
        return pip(pipBehind);
      }, guarded));
  });

  it('without a home that can be written, and leave no cache behind', function () {
    if (!MOUNTS) this.skip();
    return serve(async (url) => {
      const home = path.join(folder, 'home');
      const script = `import { packagesStep } from ${JSON.stringify(pathToFileURL(path.join(ROOT, 'lib/setup/steps/packages.mjs')).href)};
        await packagesStep({ root: ${JSON.stringify(root)}, env: process.env }).run();`;
      const inside = 'mount -t tmpfs -o ro none "$HOME" && ! touch "$HOME/x" 2>/dev/null && exec "$0" "$@"';
      const node = [process.execPath, '--input-type=module', '-e', script];
      const env = environment({ npm_config_registry: url, npm_config_cache: undefined, HOME: home });
      await promisify(execFile)('unshare', ['-rm', 'sh', '-c', inside, ...node], { env: env });
      assert.deepEqual(missingPackages(root), []);
      assert.ok(!existsSync(path.join(root, '.cache/scalable-inference/npm-cache')));
    });
  });

  describe('not, and one sentence says why,', () => {
    const network = /^The network does not answer: connect it, name your proxy in HTTPS_PROXY, .* run this again\. \(/;
    const proxy = /^The proxy wants a name and a password: .* run this again\. \(/;
    const credentials = /^The registry refuses to answer: check its name and your credentials .* run this again\. \(/;
    const absent =
      /^No reachable registry has tiny==1\.0\.0: check the network and your credentials, .* run this again\. \(/;
    const refused = (way: Promise<void>, says: RegExp) =>
      assert.rejects(way, (error: Error) => says.test(error.message));
    const token: Guarded = { header: 'authorization', value: 'never' };
    const password: Guarded = { header: 'proxy-authorization', value: 'never' };

    it('where npm has no network', () => refused(npm({ npm_config_registry: NOWHERE }), network));
    it('where pip has no network', () => refused(pip({ PIP_INDEX_URL: NOWHERE, PIP_RETRIES: '1' }), network));
    it('where npm is refused', () => serve((url) => refused(npm({ npm_config_registry: url }), credentials), token));
    it('where pip is refused', () => serve((url) => refused(pip({ PIP_INDEX_URL: `${url}/simple` }), absent), token));
    it("where npm's proxy wants a password", () =>
      serve((url) => refused(npm({ HTTP_PROXY: url, npm_config_registry: BEHIND_THE_PROXY }), proxy), password));
    it('where npm finds no such package', () => {
      writeProject(root, 'absent');
      return serve((url) =>
        refused(npm({ npm_config_registry: url }), /^The registry lacks a package: .* run this again\./),
      );
    });
    it('where pip finds no such package', () =>
      serve((url) => refused(pip({ PIP_INDEX_URL: `${url}/nothing` }), absent)));
  });
});
