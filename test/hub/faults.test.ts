import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { type Finished, Folder, notebook, runCli } from '../runner/support';
import { Hub } from './support/hub';
import { describeWith } from './support/processes';

const PREFIX = '/course/';

/** An authority of our own, and a certificate by it for the loopback address; undefined without openssl. */
function authority(folder: string): { ca: string; key: string; cert: string } | undefined {
  const file = (name: string): string => path.join(folder, name);
  const [ca, caKey, key, cert, request] = ['ca.pem', 'ca.key', 'hub.key', 'hub.pem', 'hub.csr'].map(file);
  const openssl = (...args: string[]): boolean => spawnSync('openssl', args, { stdio: 'ignore' }).status === 0;
  const made =
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Tests'],
      '-keyout',
      caKey,
      '-out',
      ca,
    ) &&
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      request,
    ) &&
    openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      ca,
      '-CAkey',
      caKey,
      '-days',
      '2',
      '-copy_extensions',
      'copy',
      '-out',
      cert,
    );
  return made ? { ca, key, cert } : undefined;
}

describeWith(['jupyterhub', 'proxy'], 'hub: starts that fail, behind a prefix and a private authority', function () {
  this.timeout(120_000);
  const folder = new Folder();
  let hub: Hub;
  let ca: string;

  before(async function () {
    const tls = authority(folder.path);
    if (tls === undefined) this.skip();
    ca = tls.ca;
    hub = await Hub.of(path.join(__dirname, 'faults_config.py'), folder.path, PREFIX, tls);
  });
  after(async () => {
    await hub?.server.stop();
    folder.remove();
  });

  const run = async (
    user: string,
    more: string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Finished & { seconds: number }> => {
    const file = folder.write('one.ipynb', notebook(['console.log(6 * 7);']));
    const startedAt = Date.now();
    const secret = { JUPYTERHUB_API_TOKEN: hub.adminToken, NODE_EXTRA_CA_CERTS: ca, ...env };
    const finished = await runCli([file, '--hub', hub.url, '--user', user, ...more], undefined, secret);
    return { ...finished, seconds: (Date.now() - startedAt) / 1_000 };
  };

  it('trusts an authority by NODE_EXTRA_CA_CERTS, on REST and the kernel’s socket, and says so where it is missing', async () => {
    const good = await run('good');
    assert.equal(good.code, 0, good.stdout + good.stderr + hub.server.printed);
    const untrusted = await run('good', [], { NODE_EXTRA_CA_CERTS: '' });
    assert.equal(untrusted.code, 1);
    assert.match(untrusted.stderr, /its certificate is not trusted.*NODE_EXTRA_CA_CERTS\. Check --hub\.\n$/);
    assert.ok(untrusted.seconds < 10, `${untrusted.seconds} s`);
  });

  it('takes any page of the Hub as its address', async () => {
    const file = folder.write('one.ipynb', notebook(['console.log(6 * 7);']));
    const env = { JUPYTERHUB_API_TOKEN: hub.adminToken, NODE_EXTRA_CA_CERTS: ca };
    const { stderr } = await runCli([file, '--hub', `${hub.url}hub/home`, '--user', 'nobody'], undefined, env);
    assert.match(stderr, /knows no user "nobody"/);
  });

  it('follows a slow start by the Hub’s own words', async () => {
    const { code, stdout, stderr } = await run('slow');
    assert.equal(code, 0, stdout + stderr);
    for (const step of [1, 2, 3]) assert.match(stdout, new RegExp(`JupyterHub: ${step * 20} % pulling layer ${step}`));
  });

  it('says why a start failed, and that it did', async () => {
    for (const user of ['fails', 'crashes']) {
      const { code, stderr, stdout, seconds } = await run(user);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`The server of "${user}" could not be started.*\\.\\n$`), stdout);
      assert.ok(seconds < 40, `${user}: ${seconds} s`);
    }
  });

  it('gives up a start that takes too long, breaking the silence before', async () => {
    const { code, stdout, stderr, seconds } = await run('never', ['--start-timeout', '12']);
    assert.equal(code, 1);
    assert.match(stdout, /is still starting \(1\d s\)/);
    assert.match(stderr, /was not ready within 12 s \(--start-timeout\)/);
    assert.ok(seconds < 60, `${seconds} s`);
  });

  it('says that the Hub is away', async () => {
    await hub.server.stop();
    const { code, stderr, seconds } = await run('good');
    assert.equal(code, 1);
    assert.match(stderr, /No JupyterHub answers at .*ECONNREFUSED.*Check --hub\./);
    assert.ok(seconds < 10, `${seconds} s`);
  });
});
