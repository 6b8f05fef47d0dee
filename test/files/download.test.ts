import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, promises as fs, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { download, DownloadError, type DownloadOptions } from 'scalable-inference/files';
import { serve, withServer } from '../support/bad-server';

const data = randomBytes(300_000);
const md5 = (bytes: Buffer): DownloadOptions['checksum'] => ({
  algorithm: 'md5',
  hex: createHash('md5').update(bytes).digest('hex'),
});
const quick = { stallTimeoutMs: 400, retryDelayMs: 5 };

describe('files.download', () => {
  let folder: string;
  let target: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'download-'));
    target = path.join(folder, 'file.bin');
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  const left = (): string[] => readdirSync(folder).sort();
  const requireWhole = (): void => {
    assert.ok(readFileSync(target).equals(data));
    assert.deepEqual(left(), ['file.bin']);
  };

  it('writes the file, tells the progress, and asks nobody the second time', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        const seen: number[] = [];
        const options = {
          urls: [url],
          target,
          checksum: md5(data),
          onProgress: (p: { receivedBytes: number }) => seen.push(p.receivedBytes),
        };
        await download(options);
        requireWhole();
        assert.equal(seen.at(-1), data.length);
        await download(options);
        assert.equal(server.paths.length, 1);
      },
    ));

  it('continues where a cut transfer ended', () =>
    withServer(
      (q, r) => {
        if (q.headers.range !== undefined) return serve(data, q, r);
        r.writeHead(200, { 'content-length': data.length, etag: '"one"' });
        r.write(data.subarray(0, 100_000), () => void setTimeout(() => r.destroy(), 100));
      },
      async (url, server) => {
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
        assert.match(server.ranges[1] ?? '', /^bytes=[1-9]\d*-$/);
      },
    ));

  it('continues in a later call, when a whole process was cut', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        writeFileSync(`${target}.part`, data.subarray(0, 1234));
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
        assert.deepEqual(server.ranges, ['bytes=1234-']);
      },
    ));

  it('starts over when continued bytes belong to another file', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        writeFileSync(`${target}.part`, randomBytes(1234));
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
        assert.deepEqual(server.ranges, ['bytes=1234-', undefined]);
      },
    ));

  it('does not continue bytes of unknown origin when there is no checksum', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        writeFileSync(`${target}.part`, randomBytes(1234));
        await download({ urls: [url], target, ...quick });
        requireWhole();
        assert.deepEqual(server.ranges, [undefined]);
      },
    ));

  it('finishes when only the renaming was missing', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url) => {
        writeFileSync(`${target}.part`, data);
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
      },
    ));

  it('cuts a transfer that stalls and continues it', () => {
    let calls = 0;
    return withServer(
      (q, r) => {
        if (calls++ > 0) return serve(data, q, r);
        r.writeHead(200, { 'content-length': data.length }).write(data.subarray(0, 5000));
      },
      async (url, server) => {
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
        assert.equal(server.ranges[1], 'bytes=5000-');
      },
    );
  });

  it('follows redirects, and ends a circle of them', () =>
    withServer(
      (q, r) => {
        if (q.url === '/a') return void r.writeHead(302, { location: '/b' }).end();
        if (q.url === '/circle') return void r.writeHead(301, { location: '/circle' }).end();
        serve(data, q, r);
      },
      async (url) => {
        await assert.rejects(download({ urls: [`${url}/circle`], target, ...quick }), /redirects more than 8 times/);
        await download({ urls: [`${url}/a`], target, ...quick });
        requireWhole();
      },
    ));

  it('takes the next mirror after 404, wrong bytes, and a wrong size', () =>
    withServer(
      (q, r) => {
        if (q.url === '/404') return void r.writeHead(404).end('no such file');
        if (q.url === '/wrong') return serve(randomBytes(data.length), q, r);
        if (q.url === '/size') return serve(data.subarray(1), q, r);
        serve(data, q, r);
      },
      async (url, server) => {
        const urls = ['/404', '/wrong', '/size', '/good'].map((p) => url + p);
        await download({ urls, target, checksum: md5(data), sizeBytes: data.length, ...quick });
        requireWhole();
        assert.deepEqual(server.paths, ['/404', '/wrong', '/size', '/good']);
      },
    ));

  const failures: [string, Parameters<typeof withServer>[0], RegExp][] = [
    ['404', (_q, r) => void r.writeHead(404).end('<html>'), /The server answered 404/],
    ['500', (_q, r) => void r.writeHead(500).end(), /The server answered 500/],
    ['an error page with status 200', (_q, r) => void r.end('<html>log in</html>'), /md5 is [0-9a-f]{32}, expected/],
    [
      'a length that is too long',
      (_q, r) => {
        r.writeHead(200, { 'content-length': 900_000 });
        r.write(data, () => r.destroy());
      },
      /file\.bin: http/,
    ],
    ['a length that is too short', (q, r) => serve(data.subarray(0, 1000), q, r), /md5 is/],
    ['silence', () => undefined, /Nothing came for 400 ms/],
    [
      'a range from elsewhere',
      (q, r) => {
        if (q.headers.range === undefined) {
          r.writeHead(200, { 'content-length': data.length });
          return void r.write(data.subarray(0, 1000), () => void setTimeout(() => r.destroy(), 100));
        }
        r.writeHead(206, { 'content-range': `bytes 7-${data.length - 1}/${data.length}` }).end(data.subarray(7));
      },
      /continued elsewhere/,
    ],
  ];
  for (const [name, handler, message] of failures) {
    it(`never believes ${name}`, () =>
      withServer(handler, async (url) => {
        await assert.rejects(
          download({ urls: [url], target, checksum: md5(data), attempts: 2, ...quick }),
          (error: Error) => {
            assert.ok(error instanceof DownloadError);
            assert.match(error.message, message);
            return true;
          },
        );
        assert.equal(existsSync(target), false);
        assert.equal(existsSync(`${target}.lock`), false);
      }));
  }

  it('says so when nothing listens, and when an address is none', async () => {
    await assert.rejects(
      download({ urls: ['http://127.0.0.1:9/x'], target, ...quick }),
      /Could not download file\.bin: .*(ECONNREFUSED|refused|bad port)/,
    );
    await assert.rejects(download({ urls: ['ftp://x/y'], target, ...quick }), /starts with http/);
    await assert.rejects(download({ urls: [], target }), /no address/);
  });

  it('lets one of two callers download and the other wait', () =>
    withServer(
      (q, r) => void setTimeout(() => serve(data, q, r), 300),
      async (url, server) => {
        let waited = 0;
        const options = { urls: [url], target, checksum: md5(data), onWait: () => void waited++ };
        await Promise.all([download(options), download(options)]);
        requireWhole();
        assert.equal(server.paths.length, 1);
        assert.equal(waited, 1);
      },
    ));

  it('lets two processes download once', () =>
    withServer(
      (q, r) => void setTimeout(() => serve(data, q, r), 1500),
      async (url, server) => {
        const files = JSON.stringify(require.resolve('scalable-inference/files'));
        const options = JSON.stringify({ urls: [url], target, checksum: md5(data) });
        const program = `require(${files}).download(${options})`;
        const run = (): Promise<unknown> => promisify(execFile)(process.execPath, ['-e', program]);
        await Promise.all([run(), run()]);
        requireWhole();
        assert.equal(server.paths.length, 1);
      },
    ));

  it('takes over the lock of a process that died', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url) => {
        writeFileSync(`${target}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: os.hostname(), token: 'x' }));
        await download({ urls: [url], target, checksum: md5(data), ...quick });
        requireWhole();
      },
    ));

  it('can be cancelled', () =>
    withServer(
      (_q, r) => void r.writeHead(200, { 'content-length': 9e6 }).write(data),
      async (url) => {
        const abort = new AbortController();
        await assert.rejects(
          download({ urls: [url], target, signal: abort.signal, onProgress: () => abort.abort() }),
          /abort/i,
        );
        assert.equal(existsSync(`${target}.lock`), false);
      },
    ));

  it('hands on a disk error as it comes', async function () {
    if (!existsSync('/dev/full')) return this.skip();
    await fs.symlink('/dev/full', `${target}.part`);
    await withServer(
      (q, r) => serve(data, q, r),
      async (url) => {
        await assert.rejects(download({ urls: [url], target, checksum: md5(data), ...quick }), /ENOSPC/);
      },
    );
    assert.equal(existsSync(target), false);
  });
});
