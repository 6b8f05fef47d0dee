import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, promises as fs, readdirSync, readFileSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { datasets } from 'scalable-inference';
import { describeWithShared, sharedPath } from '../support/shared';
import { entry, tarball } from '../support/tar';
import { serve, withServer } from '../support/bad-server';

const variables = ['DATA', 'CIFAR10_URL', 'CIFAR10_MD5', 'MNIST_URL', 'MNIST_MD5'].map(
  (name) => `SCALABLE_INFERENCE_${name}`,
);
const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
let folder: string;
let saved: (string | undefined)[];

function isolate(): void {
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'datasets-'));
    saved = variables.map((name) => process.env[name]);
    variables.forEach((name) => delete process.env[name]);
    process.env.SCALABLE_INFERENCE_DATA = folder;
  });
  afterEach(async () => {
    variables.forEach((name, i) => {
      if (saved[i] === undefined) delete process.env[name];
      else process.env[name] = saved[i];
    });
    await fs.rm(folder, { recursive: true });
  });
}

/** An archive in the published layout: labels go round, red is the label, green the file, blue 255. */
function archive(): Buffer {
  const names = ['test_batch', ...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}`)];
  return tarball(
    ...names.map((name, file) => {
      const data = Buffer.alloc(10_000 * 3073, 255);
      for (let n = 0; n < 10_000; n++)
        data.fill(n % 10, n * 3073, n * 3073 + 1025).fill(file, n * 3073 + 1025, n * 3073 + 2049);
      return entry(`cifar-10-batches-bin/${name}.bin`, data);
    }),
  );
}

describe('datasets.cifar10', () => {
  let data: Buffer;
  before(() => {
    data = archive();
  });
  isolate();

  it('downloads, continues after a cut, unpacks, and asks nobody the second time', () => {
    let calls = 0;
    return withServer(
      (q, r) => {
        if (calls++ > 0) return serve(data, q, r);
        r.writeHead(200, { 'content-length': data.length, etag: '"one"' });
        r.write(data.subarray(0, data.length / 2), () => void setTimeout(() => r.destroy(), 200));
      },
      async (url, server) => {
        Object.assign(process.env, {
          SCALABLE_INFERENCE_CIFAR10_URL: `${url}/a.tgz`,
          SCALABLE_INFERENCE_CIFAR10_MD5: md5(data),
        });
        const set = await datasets.cifar10({ split: 'train' });
        assert.equal(set.count, 50_000);
        assert.deepEqual([...set.picture(20_003).subarray(0, 3)], [3, 3, 255]);
        assert.equal(set.label(49_999), 9);
        assert.deepEqual(readdirSync(folder), ['cifar-10-batches-bin']);
        assert.match(server.ranges[1] ?? '', /^bytes=[1-9]/);
        const test = await datasets.cifar10({ split: 'test', limit: 100, seed: 5 });
        assert.equal(test.count, 100);
        assert.equal(test.labels().filter((l) => l === 4).length, 10);
        assert.equal(server.paths.length, 2);
      },
    );
  });

  it('lets two callers download once', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url, server) => {
        Object.assign(process.env, { SCALABLE_INFERENCE_CIFAR10_URL: url, SCALABLE_INFERENCE_CIFAR10_MD5: md5(data) });
        const notices: string[] = [];
        const options = { split: 'test' as const, limit: 10, onNotice: (line: string) => void notices.push(line) };
        await Promise.all([datasets.cifar10(options), datasets.cifar10(options)]);
        assert.equal(server.paths.length, 1);
        assert.deepEqual(notices, ['CIFAR-10 is being downloaded by another process; waiting for it.']);
      },
    ));

  it('believes no other archive than the published one unless a checksum is given', () =>
    withServer(
      (q, r) => serve(data, q, r),
      async (url) => {
        process.env.SCALABLE_INFERENCE_CIFAR10_URL = url;
        await assert.rejects(datasets.cifar10(), /offers \d+ bytes, expected 170052171/);
        process.env.SCALABLE_INFERENCE_CIFAR10_MD5 = '0'.repeat(32);
        await assert.rejects(datasets.cifar10(), /md5 is [0-9a-f]{32}, expected 0{32}/);
        process.env.SCALABLE_INFERENCE_CIFAR10_MD5 = 'abc';
        await assert.rejects(datasets.cifar10(), /32 hexadecimal digits, got 'abc'/);
        assert.deepEqual(readdirSync(folder), []);
      },
    ));

  it('says what is wrong with a damaged folder, labels and options', async () => {
    const inside = path.join(folder, 'cifar-10-batches-bin');
    await fs.mkdir(inside);
    await fs.writeFile(path.join(inside, 'test_batch.bin'), 'short');
    await assert.rejects(
      datasets.cifar10({ split: 'test' }),
      /test_batch\.bin has 5 bytes, expected 30730000; delete the folder/,
    );
    await fs.writeFile(path.join(inside, 'test_batch.bin'), Buffer.alloc(30_730_000, 11));
    await assert.rejects(datasets.cifar10({ split: 'test' }), /picture 0 has label 11, expected 0 to 9/);
    await fs.writeFile(path.join(inside, 'test_batch.bin'), Buffer.alloc(30_730_000, 1));
    await assert.rejects(
      datasets.cifar10({ split: 'test', limit: 10_001 }),
      /has 10000 pictures, fewer than the limit of 10001/,
    );
    await assert.rejects(datasets.cifar10({ limit: 0 }), /limit must be a positive integer, got 0/);
    await assert.rejects(
      datasets.cifar10({ split: 'valid' as never }),
      /split must be one of 'train', 'test', got 'valid'/,
    );
  });

  it('takes generated pictures only where asked to, with one line', async () => {
    process.env.SCALABLE_INFERENCE_CIFAR10_URL = 'http://127.0.0.1:9/none';
    await assert.rejects(datasets.cifar10(), /Could not download cifar-10-binary\.tar\.gz/);
    const notices: string[] = [];
    const set = await datasets.cifar10({
      limit: 50,
      fallback: 'generated',
      onNotice: (line) => void notices.push(line),
    });
    assert.equal(notices.length, 1);
    assert.match(notices[0], /^CIFAR-10 could not be downloaded \(.+\); generated pictures take its place\.$/);
    assert.deepEqual([set.name, set.count, ...set.shape], ['generated shapes train', 50, 32, 32, 3]);
  });
});

describeWithShared('datasets.mnist', 'data/t10k-images-idx3-ubyte.gz', () => {
  isolate();
  const file = (name: string): Buffer => readFileSync(sharedPath(`data/${path.basename(name)}`));

  it('downloads the published files from a mirror after another failed', () =>
    withServer(
      (q, r) => {
        if (q.url?.startsWith('/gone/')) return void r.writeHead(404).end();
        serve(file(q.url ?? ''), q, r);
      },
      async (url, server) => {
        process.env.SCALABLE_INFERENCE_MNIST_URL = `${url}/gone/, ${url}/mirror`;
        const set = await datasets.mnist({ split: 'test' });
        assert.deepEqual([set.count, ...set.shape], [10_000, 28, 28, 1]);
        assert.deepEqual([...set.labels().subarray(0, 8)], [7, 2, 1, 0, 4, 1, 4, 9]);
        assert.deepEqual(readdirSync(path.join(folder, 'mnist')).sort(), [
          't10k-images-idx3-ubyte',
          't10k-labels-idx1-ubyte',
        ]);
        await datasets.mnist({ split: 'test', limit: 5 });
        assert.equal(server.paths.length, 4);
      },
    ));

  it('refuses wrong bytes, and an unpacked file that was damaged later', () =>
    withServer(
      (q, r) => serve(file(q.url ?? ''), q, r),
      async (url) => {
        Object.assign(process.env, {
          SCALABLE_INFERENCE_MNIST_URL: url,
          SCALABLE_INFERENCE_MNIST_MD5: `t10k-labels-idx1-ubyte.gz=${'1'.repeat(32)}`,
        });
        await assert.rejects(
          datasets.mnist({ split: 'test' }),
          /t10k-labels-idx1-ubyte\.gz: .*md5 is ec29112dd5afa0611ce80d1b7f02629c/,
        );
        delete process.env.SCALABLE_INFERENCE_MNIST_MD5;
        await datasets.mnist({ split: 'test' });
        await fs.truncate(path.join(folder, 'mnist/t10k-images-idx3-ubyte'), 1000);
        await assert.rejects(
          datasets.mnist({ split: 'test' }),
          /is no IDX file of bytes with 3 dimension\(s\); delete it/,
        );
      },
    ));

  it('falls back to generated digits', async () => {
    process.env.SCALABLE_INFERENCE_MNIST_URL = 'http://127.0.0.1:9';
    const set = await datasets.mnist({ split: 'test', limit: 30, fallback: 'generated', onNotice: () => undefined });
    assert.deepEqual([set.name, set.count, ...set.shape], ['generated digits test', 30, 28, 28, 1]);
  });
});

describeWithShared('datasets.cifar10 on the real archive', 'data/build-cifar10', () => {
  const cache = path.resolve(__dirname, '../../.cache/test');
  const file = path.join(cache, 'cifar-10-binary.tar.gz');
  let digest = '';
  before(async function () {
    this.timeout(600_000);
    if (!existsSync(file)) execFileSync(sharedPath('data/build-cifar10'), [cache]);
    const hash = createHash('md5');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    digest = hash.digest('hex');
  });
  isolate();

  it('loads all pictures, with telling the progress', () =>
    withServer(
      (_q, r) => {
        r.writeHead(200, { 'content-length': statSync(file).size });
        createReadStream(file).pipe(r);
      },
      async (url) => {
        Object.assign(process.env, { SCALABLE_INFERENCE_CIFAR10_URL: url, SCALABLE_INFERENCE_CIFAR10_MD5: digest });
        let last = { receivedBytes: 0, totalBytes: 0 as number | undefined };
        const train = await datasets.cifar10({
          onProgress: (progress) => {
            last = progress;
          },
        });
        assert.deepEqual([last.receivedBytes, last.totalBytes], [statSync(file).size, statSync(file).size]);
        for (let label = 0; label < 10; label++) assert.equal(train.labels().filter((l) => l === label).length, 5000);
        const { mean, std } = datasets.cifar10Statistics;
        for (let c = 0; c < 3; c++) {
          let [sum, squares] = [0, 0];
          const { pixels } = train.source;
          for (let i = c; i < pixels.length; i += 3) {
            const v = pixels[i] / 255;
            sum += v;
            squares += v * v;
          }
          const average = sum / (pixels.length / 3);
          assert.ok(Math.abs(average - mean[c]) < 0.01, `mean ${average}`);
          assert.ok(Math.abs(Math.sqrt(squares / (pixels.length / 3) - average ** 2) - std[c]) < 0.01);
        }
      },
    ));
});
