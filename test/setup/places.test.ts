import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { causeOf } from '../../lib/inference/setup/causes.mjs';

const STEP = path.join(__dirname, 'support/one-step.mjs');

/** Runs one step in a folder that is made as `mount` says, in a view of the disks that nobody else has. */
function inPlace(folder: string, mount: string): { status: number | null; stderr: string } {
  const script = `${mount} && exec "$1" "$2" "$0"`;
  return spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, process.execPath, STEP], { encoding: 'utf8' });
}

describe('a set-up where there is no place for it', () => {
  let folder: string;
  before(function () {
    if (spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0) this.skip();
  });
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), `place d'été `))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const says = (stderr: string, sentence: string): void =>
    assert.ok(stderr.startsWith(sentence.replace('FOLDER', folder)), stderr);

  it('works where there is', () => {
    const { status, stderr } = inPlace(folder, 'mount -t tmpfs -o size=8m none "$0"');
    assert.equal(status, 0, stderr);
  });

  it('leaves stamp, log and result, and nothing temporary', () => {
    const { status, stderr } = inPlace(folder, 'true');
    assert.equal(status, 0, stderr);
    assert.deepEqual(readdirSync(path.join(folder, '.cache/scalable-inference')).sort(), ['big.json', 'big.log']);
  });

  const FULL =
    'There is no space left on the disk of FOLDER: make room (the set-up needs about 3 GB, with an NVIDIA card 10) and run this again.';

  it('says so when a program fills the disk', () => {
    const { status, stderr } = inPlace(folder, 'mount -t tmpfs -o size=1m none "$0"');
    assert.equal(status, 1);
    says(stderr, `${FULL} (node -e`);
  });

  it('says so when the disk is full from the start', () => {
    const fill = 'mount -t tmpfs -o size=16k none "$0" && ! cat /dev/zero > "$0/rest" 2>/dev/null';
    const { status, stderr } = inPlace(folder, fill);
    assert.equal(status, 1);
    says(stderr, `${FULL} The system said: ENOSPC`);
  });

  it('says so when the folder is read-only', () => {
    const { status, stderr } = inPlace(folder, 'mount -t tmpfs -o ro none "$0"');
    assert.equal(status, 1);
    const sentence = 'The disk of FOLDER is read-only: copy the folder to where you can write, and run this there.';
    says(stderr, `${sentence} The system said: EROFS`);
  });
});

describe('the cause of a failure', () => {
  const seen: [prints: string, says: RegExp][] = [
    ["OSError: [Errno 28] No space left on device: '/x'", /^There is no space left on the disk of \/p: /],
    ['npm error code ENOSPC', /no space left/],
    ["ENOENT: no such file or directory, mkdir '/x'", /^undefined$/],
    ['npm error code EROFS\nnpm error errno -30', /is read-only/],
    ["ERROR: [Errno 13] Permission denied: '/p/.venv'", /may not be written: make yourself its owner/],
    ['g++: fatal error: Killed signal terminated program cc1plus', /^The memory did not suffice: /],
    ['cc1plus: out of memory allocating 65536 bytes', /memory did not suffice/],
    ['npm error code EAI_AGAIN\nnpm error syscall getaddrinfo', /^The network does not answer: /],
    ['npm error code ENOTFOUND', /network does not answer/],
    ['Temporary failure in name resolution\nERROR: No matching distribution found for a==1', /network does not answer/],
    ["ProxyError('Cannot connect to proxy.', NewConnectionError('x'))", /^The proxy does not answer: /],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /^The registry's certificate is not trusted: .*NODE_EXTRA_CA_CERTS/],
    ['SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")', /certificate is not trusted: .*PIP_CERT/],
    ['npm error code E403\nnpm error 403 403 Forbidden - GET http://x', /^The registry refuses to answer: /],
    ['npm error code ETARGET', /^The registry lacks a package: /],
    ['error: expected ; before } token', /^undefined$/],
  ];
  for (const [prints, says] of seen)
    it(`is known from "${prints.split('\n')[0]}"`, () => assert.match(String(causeOf(prints, { folder: '/p' })), says));
});
