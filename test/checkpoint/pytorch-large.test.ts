import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { checkpoint, models, nn } from 'scalable-inference';
import { little, P } from '../support/pickles';

const { readSync } = fs;
const GIB = 2 ** 30;
const HUGE = 5 * GIB; // beyond what 32 bits count
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const number = (value: number, size: 2 | 4 | 8): string => little(value, 8).slice(0, size);
const small = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer);

/** Writes parts at places of a file; what lies between takes no room on the disk. */
function writeAt(file: string, parts: ReadonlyArray<[position: number, data: Buffer]>): void {
  const fd = fs.openSync(file, 'w');
  for (const [position, data] of parts) fs.writeSync(fd, data, 0, data.length, position);
  fs.closeSync(fd);
}

const state = (tail: string): string =>
  P.dict(
    P.text('model'),
    P.dict(P.text('weight'), P.tensor(P.storage(4, { key: '1' }), 0, [4, 1], [1, 1])),
    P.text('average'),
    P.dict(
      P.text('huge'),
      P.tensor(P.storage(HUGE / 4, { key: '0' }).replace('tQ', `${tail}tQ`), HUGE / 4 - 2, [2], [1]),
    ),
  ).replaceAll(/(?<!N)tQ/g, `${tail}tQ`);

/** An archive whose second storage, and directory, lie beyond 4 GiB, with 64-bit fields. */
function hugeArchive(file: string): void {
  const records = [
    { name: 'a/data.pkl', data: bytes(`\x80\x02${state('')}.`), size: 0 },
    { name: 'a/data/0', data: Buffer.alloc(0), size: HUGE },
    { name: 'a/data/1', data: small, size: 0 },
  ];
  const parts: Array<[number, Buffer]> = [];
  let [at, directory] = [0, ''];
  for (const { name, data, size } of records) {
    const length = size || data.length;
    const wide = number(1, 2) + number(16, 2) + number(length, 8) + number(length, 8);
    const about = number(45, 2) + number(0, 8) + number(crc32(data), 4) + number(-1, 4) + number(-1, 4);
    parts.push([at, bytes(`PK\x03\x04${about}${number(name.length, 2)}${number(20, 2)}${name}${wide}`)]);
    const start = at + 30 + name.length + 20;
    if (data.length) parts.push([start, data]);
    const extra = number(1, 2) + number(24, 2) + number(length, 8) + number(length, 8) + number(at, 8);
    directory += `PK\x01\x02${number(45, 2)}${about}${number(name.length, 2)}${number(28, 2)}${number(0, 2)}`;
    directory += `${number(0, 8)}${number(-1, 4)}${name}${extra}`;
    at = start + length;
  }
  const end = `PK\x06\x06${number(44, 8)}${number(45, 2)}${number(45, 2)}${number(0, 8)}${number(3, 8)}${number(3, 8)}`;
  const sizes = `${number(directory.length, 8)}${number(at, 8)}PK\x06\x07${number(0, 4)}${number(at + directory.length, 8)}`;
  const last = `${number(1, 4)}PK\x05\x06${number(0, 4)}${number(-1, 4)}${number(-1, 4)}${number(-1, 4)}${number(0, 2)}`;
  writeAt(file, [...parts, [at, bytes(directory + end + sizes + last)]]);
}

/** The form before PyTorch 1.6, which has no checksums: the end of the huge storage can be read as well. */
function hugeLegacy(file: string): void {
  const head = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.' + '\x80\x02M\xe9\x03.' + '\x80\x02}.';
  const pickle = bytes(
    `${head}\x80\x02${state('N')}.\x80\x02${P.list(P.text('0'), P.text('1'))}.${little(HUGE / 4, 8)}`,
  );
  const end = pickle.length + HUGE;
  writeAt(file, [
    [0, pickle],
    [end - 8, small.subarray(0, 8)],
    [end, bytes(little(4, 8))],
    [end + 8, small],
  ]);
}

describe('files of PyTorch above 4 GiB', function () {
  let folder: string;
  before(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huge-'))));
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [form, write] of [
    ['zip', hugeArchive],
    ['legacy', hugeLegacy],
  ] as const) {
    it(`read by offset: the ${form} form, with holes in place of 5 GiB`, async function () {
      const file = path.join(folder, `${form}.pt`);
      write(file);
      const { size, blocks } = fs.statSync(file);
      assert.ok(size > HUGE);
      if (blocks * 512 > GIB) this.skip(); // a file system without holes
      const net = new nn.Linear({ inFeatures: 1, outFeatures: 4, bias: false });
      const before = process.memoryUsage().rss;
      await checkpoint.load(net, file, { onNotice: () => undefined });
      assert.deepEqual([...net.stateDict().weight.data], [1, 2, 3, 4]);
      if (form === 'legacy') {
        const opened = await checkpoint.openWeightFile(file);
        assert.deepEqual([...opened.floats('average/huge')], [1, 2]);
        opened.close();
      }
      assert.ok(process.memoryUsage().rss - before < 100e6);
      net.dispose();
    });
  }
});

describe('memory while a file of PyTorch is loaded', () => {
  it('stays within 1.2 times the file above the network', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-'));
    const file = path.join(folder, 'net.pt');
    const net = models.create('resnet18', { seed: 1 });
    try {
      await checkpoint.save(net, file);
      await checkpoint.load(net, file);
      const [start, { size }] = [process.memoryUsage().rss, fs.statSync(file)];
      let [peak, reads] = [0, 0];
      fs.readSync = ((...args: Parameters<typeof readSync>) => {
        reads++;
        peak = Math.max(peak, process.memoryUsage().rss);
        return readSync(...args);
      }) as typeof readSync;
      await checkpoint.load(net, file);
      peak = Math.max(peak, process.memoryUsage().rss);
      assert.ok(reads > 100, `only ${reads} reads were seen`);
      assert.ok(peak - start < 1.2 * size, `${peak - start} bytes more, for a file of ${size}`);
    } finally {
      fs.readSync = readSync;
      net.dispose();
      fs.rmSync(folder, { recursive: true });
    }
  });
});
