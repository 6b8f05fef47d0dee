import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, promises as fs, readdirSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extractTar, gunzipFile } from 'scalable-inference/files';
import { numbers } from '../support/numbers';
import { entry, tarball } from '../support/tar';

describe('files.extractTar', () => {
  let base: string;
  beforeEach(async () => {
    base = await fs.mkdtemp(path.join(os.tmpdir(), 'extract-'));
  });
  afterEach(() => fs.rm(base, { recursive: true }));

  async function archive(...entries: Buffer[]): Promise<string> {
    const file = path.join(base, 'a.tar.gz');
    await fs.writeFile(file, tarball(...entries));
    return file;
  }
  const extract = (file: string, wanted: string[], maxBytes = 1000): Promise<void> =>
    extractTar(file, path.join(base, 'in/out'), { wanted, maxBytes });
  const nothingLeft = (): void =>
    assert.deepEqual(existsSync(path.join(base, 'in')) ? readdirSync(path.join(base, 'in')) : [], []);

  it('unpacks what is wanted and nothing else', async () => {
    await extract(await archive(entry('d/a', 'one'), entry('d/b', 'two'), entry('c', 'three')), ['d/a', 'c']);
    assert.equal(readFileSync(path.join(base, 'in/out/d/a'), 'utf8'), 'one');
    assert.deepEqual(readdirSync(path.join(base, 'in/out/d')), ['a']);
    assert.deepEqual(readdirSync(path.join(base, 'in')), ['out']);
  });

  it('reads what tar itself writes', async () => {
    await fs.writeFile(path.join(base, 'x'), 'data');
    execFileSync('tar', ['czf', 'x.tgz', './x'], { cwd: base });
    await extract(path.join(base, 'x.tgz'), ['x']);
    assert.equal(readFileSync(path.join(base, 'in/out/x'), 'utf8'), 'data');
  });

  it('lets no path out of the folder', async () => {
    const file = await archive(
      entry('../../evil', 'x'),
      entry('/tmp/evil-absolute', 'x'),
      entry('d/../../../evil', 'x'),
      entry('a', 'ok'),
    );
    await extract(file, ['a']);
    assert.equal(existsSync(path.join(base, 'evil')), false);
    assert.equal(existsSync('/tmp/evil-absolute'), false);
    await assert.rejects(extract(file, ['../../evil']), /plain relative path/);
  });

  it('follows no link in the place of a folder or file', async () => {
    const outside = path.join(base, 'outside');
    await fs.mkdir(outside);
    const link = entry('d', '', { type: '2', link: outside });
    await extract(await archive(link, entry('d/a', 'x')), ['d/a']);
    assert.deepEqual(readdirSync(outside), []);
    await fs.rm(path.join(base, 'in'), { recursive: true });
    await assert.rejects(
      extract(await archive(entry('a', '', { type: '2', link: '/etc/passwd' })), ['a']),
      /no regular file 'a'/,
    );
    nothingLeft();
  });

  it('refuses missing files, cut archives, and more bytes than expected', async () => {
    await assert.rejects(extract(await archive(entry('b', 'x')), ['a']), /no regular file 'a'/);
    const whole = await archive(entry('a', 'x'.repeat(5000)));
    await assert.rejects(extract(whole, ['a'], 100), /more than 100 bytes/);
    await fs.writeFile(whole, readFileSync(whole).subarray(0, 40));
    await assert.rejects(extract(whole, ['a'], 9000), /could not be unpacked/);
    await fs.writeFile(whole, 'no archive at all');
    await assert.rejects(extract(whole, ['a']), /could not be unpacked|no regular file/);
    nothingLeft();
  });

  it('leaves nothing beside an archive that it refuses, wherever it breaks off', async () => {
    const entries = Array.from({ length: 15 }, (_, at) => entry(`d${at % 5}/e${at}/f${at}`, Buffer.alloc(20_000, at)));
    const whole = gunzipSync(tarball(...entries));
    const next = numbers(3);
    const file = path.join(base, 'b.tar');
    let refused = 0;
    for (let round = 0; round < 100; round += 1) {
      const bytes = Buffer.from(whole.subarray(0, 600 + next(whole.length - 600)));
      // A header whose checksum is wrong; the end is cut off in any case.
      bytes[512 * next(Math.floor(bytes.length / 512))] ^= 0xff;
      await fs.writeFile(file, bytes);
      await extractTar(file, path.join(base, 'in/out'), { wanted: () => true, maxBytes: 200_000 }).then(
        () => fs.rm(path.join(base, 'in/out'), { recursive: true }),
        () => (refused += 1),
      );
    }
    assert.ok(refused > 60, `${refused} refused`);
    await new Promise((resolve) => setTimeout(resolve, 100)); // what was on its way would be there by now
    nothingLeft();
  });

  for (const [name, call] of [
    ['extractTar', 'extractTar(from, to, { wanted: () => true, maxBytes: 1e9 })'],
    ['extractFolder', "extractFolder(from, 'd', to, { wanted: () => true, maxBytes: 1e9 })"],
    ['gunzipFile', 'gunzipFile(from, to, { maxBytes: 1e9 })'],
  ]) {
    it(`${name}: what a killed process left goes when it is done again`, async () => {
      const from = await archive(...Array.from({ length: 60 }, (_, at) => entry(`d/${at}`, Buffer.alloc(1e6, at))));
      const to = path.join(base, 'in/out');
      await fs.mkdir(path.dirname(to));
      const run = (): ChildProcess => {
        const code = `const { ${name} } = require('scalable-inference/files'); const [from, to] = process.argv.slice(1); ${call};`;
        return spawn(process.execPath, ['-e', code, from, to], { cwd: path.resolve(__dirname, '../..') });
      };
      const begun = (): boolean => readdirSync(path.dirname(to)).some((each) => /\.part$/.test(each));
      let cut = false;
      for (let tries = 0; tries < 5 && !cut; tries += 1) {
        const child = run();
        const ended = once(child, 'exit');
        while (child.exitCode === null && !begun()) await new Promise((resolve) => setTimeout(resolve, 1));
        child.kill('SIGKILL');
        await ended;
        cut = !existsSync(to) && begun();
        if (existsSync(to)) await fs.rm(to, { recursive: true });
      }
      assert.ok(cut, 'it was killed while it unpacked');
      const [code] = await once(run(), 'exit');
      assert.equal(code, 0);
      assert.deepEqual(readdirSync(path.dirname(to)), ['out']);
    });
  }

  it('gunzips whole or not at all', async () => {
    const [from, to] = [path.join(base, 'f.gz'), path.join(base, 'f')];
    await fs.writeFile(from, gzipSync(Buffer.alloc(5000, 7)));
    await assert.rejects(gunzipFile(from, to, { maxBytes: 4999 }), /more than 4999 bytes/);
    await fs.writeFile(from, readFileSync(from).subarray(0, 20));
    await assert.rejects(gunzipFile(from, to, { maxBytes: 5000 }), /could not be unpacked: unexpected end/);
    assert.deepEqual(readdirSync(base), ['f.gz']);
    await fs.writeFile(from, gzipSync(Buffer.alloc(5000, 7)));
    await gunzipFile(from, to, { maxBytes: 5000 });
    assert.equal(readFileSync(to).length, 5000);
  });
});
