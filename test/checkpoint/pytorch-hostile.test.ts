import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { checkpoint, models } from 'scalable-inference';
import { archive, legacy, little, P } from '../support/pickles';
import { zip, type ZipEntry } from '../support/zip';

const whole = P.tensor(P.storage(4), 0, [2, 2], [2, 1]);
const shared = (depth: number, letters: string): string => letters.repeat(depth);
const opened = path.join(os.tmpdir(), 'opened-by-a-pickle');

/** Pickles that a file must not be read with, and what the message must say. */
const PICKLES: Array<[what: string, pickle: string, message: RegExp]> = [
  ['os.system called', P.call('os.system', P.text(`touch ${opened}`)), /It names 'os\.system'/],
  ['its name on Linux', P.call('posix.system', P.text(`touch ${opened}`)), /It names 'posix\.system'/],
  ['a name from the stack', `${P.text('os')}${P.text('system')}\x93${P.tuple(P.text('id'))}R`, /It names 'os\.system'/],
  ['an instance', `(${P.text('id')}ios\nsystem\n`, /It names 'os\.system'/],
  ['an object', `(${P.global('subprocess.Popen')}${P.text('id')}o`, /It names 'subprocess\.Popen'/],
  ['a class without arguments', `${P.global('builtins.eval')})\x81`, /It names 'builtins\.eval'/],
  ['a name of Python 2', P.call('__builtin__.eval', P.text('1')), /It names 'builtins\.eval'/],
  [
    'a loader within torch',
    P.call('torch.storage._load_from_bytes', P.text('')),
    /It names 'torch\.storage\._load_from_bytes'/,
  ],
  ['a name with dots', `${P.text('torch')}${P.text('_utils.os.system')}\x93)R`, /It names 'torch\._utils\.os\.system'/],
  ['a name of several lines', `${P.text('torch\n\x1b[2J')}${P.text('x')}\x93)R`, /It names 'torch\\n\\u001b\[2J\.x'/],
  ['getattr', P.call('builtins.getattr', P.global('collections.OrderedDict'), P.text('x')), /'builtins\.getattr'/],
  ['a type called', P.call('torch.FloatStorage', P.int(4)), /It calls torch\.FloatStorage/],
  ['a number called', `${P.int(1)})R`, /It calls 1/],
  ['a state for a list', `]}b`, /It gives a list of 0 a state/],
  ['a state for a tensor', `${whole}${P.tuple(P.storage(4), P.int(0))}b`, /It gives a tensor a state/],
  ['a state given twice', `${P.call('collections.OrderedDict')}}b}b`, /It gives a dict of 0 a state/],
  ['an extension', '\x82\x01', /a registry of extensions \(EXT1\)/],
  ['a buffer beside it', '\x97', /NEXT_BUFFER/],
  ['named arguments', `${P.global('collections.OrderedDict')})}\x92`, /NEWOBJ_EX/],
  [
    'a module saved by reference',
    `${P.tuple(P.text('module'), P.text('x'), P.text('y'))}Q`,
    /where only storages may be/,
  ],
  ['a persistent number', 'P12\n', /where only storages may be/],
  // depth
  ['100,000 lists in each other', shared(100_000, '](') + shared(100_000, 'e'), /more than 64 deep/],
  ['100,000 tuples in each other', `)${shared(100_000, '\x85')}`, /more than 64 deep/],
  ['100,000 dicts in each other', `${shared(100_000, `}${P.text('a')}`)}N${shared(100_000, 's')}`, /more than 64 deep/],
  ['a list in itself', ']q\x00h\x00a', /more than 64 deep/],
  ['a dict in itself', `}q\x00${P.text('a')}h\x00s`, /more than 64 deep/],
  ['lists of the same two lists, 60 deep', `]${shared(60, 'q\x00](h\x00h\x00e')}`, /more than 1000000 entries/],
  ['tuples of the same two tuples', `)${shared(60, '2\x86')}`, /more than 1000000 entries/],
  // sizes
  ['ten gigabytes of bytes', `\x8e${little(10n ** 10n, 8)}`, /asks for 10000000000 bytes/],
  ['ten gigabytes of text', `\x8d${little(10n ** 10n, 8)}`, /asks for 10000000000 bytes/],
  ['ten gigabytes of an array', `\x96${little(10n ** 10n, 8)}`, /asks for 10000000000 bytes/],
  ['a frame of 2^64 - 1 bytes', `\x95${little(-1, 8)}`, /asks for 18446744073709551615 bytes/],
  ['a text of four gigabytes', `X${little(-1, 4)}`, /asks for 4294967295 bytes/],
  ['an integer of a gigabyte', `\x8b${little(2 ** 30, 4)}`, /an integer of 1073741824 bytes/],
  ['an integer of negative length', `\x8b${little(-5, 4)}`, /an integer of -5 bytes/],
  ['an integer of 3,000 digits', `L${'9'.repeat(3000)}L\n`, /where an integer should be/],
  ['a tuple of five million numbers', `(${'K\x01'.repeat(5_000_000)}t`, /more than 4000000 instructions/],
  [
    'a list copied again and again',
    `${P.list(...Array<string>(3000).fill('N'))}q\x00${shared(3000, '0ctorch\nSize\n(h\x00tR')}`,
    /copy more than 4000000/,
  ],
  [
    'a text copied again and again',
    `${P.text('x'.repeat(1e6))}q\x00${shared(9, '0c_codecs\nencode\n(h\x00tR')}`,
    /copy more than 4000000/,
  ],
  ['a value that was never stored', 'h\x07', /asks for value 7 of its memo/],
  ['an empty stack', '0', /more values from its stack/],
  ['a value below a mark', 'N(0', /more values from its stack/],
  ['no mark', 't', /more values from its stack/],
  ['a key twice', P.dict(P.text('a'), 'N', P.text('a'), 'N'), /the key 'a' twice/],
  ['an instruction that is none', '\xff', /0xff, is no instruction/],
  ['protocol 9', '\x80\x09', /protocol 9; those up to 5/],
  // tensors
  [
    'a storage larger than the file',
    P.dict(P.text('a'), P.tensor(P.storage(1e9), 0, [1e9], [1])),
    /4000000000 (bytes|were)|of 4000000000/,
  ],
  [
    'a negative stride',
    P.dict(P.text('a'), P.tensor(P.storage(4), 3, [4], [-1])),
    /integers that are not negative, got \(-1\)/,
  ],
  [
    'a negative offset',
    P.dict(P.text('a'), P.tensor(P.storage(4), -1, [4], [1])),
    /an integer that is not negative, got -1/,
  ],
  ['a negative size', P.dict(P.text('a'), P.tensor(P.storage(4), 0, [-4, -1], [1, 1])), /got \(-4, -1\)/],
  [
    'an element beyond the storage',
    P.dict(P.text('a'), P.tensor(P.storage(4), 1, [2, 2], [2, 1])),
    /reaches element 4 of its storage, which has 4/,
  ],
  [
    'a product beyond all numbers',
    P.dict(P.text('a'), P.tensor(P.storage(4), 0, [2 ** 40, 2 ** 40, 2 ** 40], [0, 0, 0])),
    /more than the whole file/,
  ],
  [
    'one number as a gigabyte',
    P.dict(P.text('a'), P.tensor(P.storage(1), 0, [2 ** 28], [0])),
    /more than the whole file/,
  ],
  [
    '100 dimensions',
    P.dict(P.text('a'), P.tensor(P.storage(4), 0, Array<number>(100).fill(1), Array<number>(100).fill(1))),
    /at most 64 integers/,
  ],
  [
    'fewer strides than sizes',
    P.dict(P.text('a'), P.tensor(P.storage(4), 0, [2, 2], [1])),
    /of shape \[2, 2\] has 1 strides/,
  ],
  ['a tensor without a storage', P.dict(P.text('a'), P.tensor('N', 0, [2], [1])), /must have a storage, got None/],
  [
    'a storage key that is a path',
    P.dict(P.text('a'), P.tensor(P.storage(4, { key: '../../x' }), 0, [4], [1])),
    /is no plain name/,
  ],
  [
    'a storage that is not there',
    P.dict(P.text('a'), P.tensor(P.storage(4, { key: '1' }), 0, [4], [1])),
    /no record 'data\/1'|It lists storage '0', which no tensor has/,
  ],
  // names
  ["the name '__proto__'", P.dict(P.text('__proto__'), whole), /named '__proto__'/],
  ['a name that is a tuple', P.dict(')', whole), /a tuple of 0 as a key/i],
  ['one name twice', P.dict(P.text('a/b'), whole, P.text('a'), P.dict(P.text('b'), whole)), /two entries named 'a\/b'/],
  ['a name of 3,000 characters', P.dict(P.text('a'.repeat(3000)), whole), /a name of 3000 characters/],
];

const good: ZipEntry[] = [
  { name: 'a/data.pkl', data: Buffer.from(`\x80\x02${P.dict(P.text('x'), whole)}.`, 'latin1') },
  { name: 'a/byteorder', data: Buffer.from('little') },
  { name: 'a/data/0', data: new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer) },
];
const replaced = (name: string, other: Partial<ZipEntry>): ZipEntry[] =>
  good.map((entry) => (entry.name === name ? { ...entry, ...other } : entry));
const zeros = Buffer.alloc(50_000_000);

/** Bytes of one storage that are a record of another. */
const inner = zip([{ name: 'a/data/1', data: Buffer.alloc(16) }]).subarray(0, 30 + 8 + 16);
const outer = replaced('a/data/0', { data: inner });
const nested: ZipEntry[] = [...outer, { name: 'a/data/1', data: Buffer.alloc(16), offset: zip(outer).indexOf(inner) }];

/** Archives that are wrong as such. */
const ARCHIVES: Array<[what: string, entries: ZipEntry[], message: RegExp]> = [
  ['a record twice', [...good, good[2]], /names 'a\/data\/0' twice/],
  ['a record within another', nested, /'a\/data\/0' of 54 bytes overlaps what follows/],
  ['a record where another lies', replaced('a/data/0', { offset: 0 }), /another name where it lies/],
  [
    'a storage that unpacks to 50 MB',
    replaced('a/data/0', { data: zeros, packed: { method: 8, data: deflateRawSync(zeros) } }),
    /'a\/data\/0' is compressed/,
  ],
  [
    'a pickle that unpacks to 50 MB',
    replaced('a/data.pkl', { data: zeros, packed: { method: 8, data: deflateRawSync(zeros) } }),
    /'a\/data\.pkl' is compressed/,
  ],
  ['a path that climbs', [...good, { name: '../../x', data: Buffer.from('x') }], /not a sound PyTorch file/],
  ['a path from the root', [...good, { name: '/etc/x', data: Buffer.from('x') }], /not a sound PyTorch file/],
  [
    'an unknown order of bytes',
    replaced('a/byteorder', { data: Buffer.from('middle') }),
    /says 'middle', neither little nor big/,
  ],
  ['a long order of bytes', replaced('a/byteorder', { data: zeros }), /'a\/byteorder' has 50000000 bytes/],
  ['a storage cut short', replaced('a/data/0', { data: new Uint8Array(8) }), /has 8 bytes, but 16 were announced/],
  ['a header beyond the file', replaced('a/data/0', { offset: 2 ** 31 }), /leads to byte/],
  ['no pickle', good.slice(1), /none of torch\.save: it has no record data\.pkl/],
];

describe('files of PyTorch that would do harm', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'hostile-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** Both loaders must refuse the bytes fast, with little memory, in a sentence with the file's name. */
  async function refuses(bytes: Buffer, message: RegExp): Promise<void> {
    const file = path.join(folder, 'file.pt');
    writeFileSync(file, bytes);
    const [start, before] = [Date.now(), process.memoryUsage()];
    const net = models.create('lenet', { seed: 0 });
    for (const attempt of [() => checkpoint.read(file), () => checkpoint.load(net, file)]) {
      await assert.rejects(attempt, (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(file) && error.message.endsWith('.'), error.message);
        assert.ok(error.message.length < 1000 + file.length);
        return true;
      });
    }
    net.dispose();
    const { arrayBuffers } = process.memoryUsage();
    assert.ok(arrayBuffers - before.arrayBuffers < 32e6, `${arrayBuffers - before.arrayBuffers} bytes were taken`);
    assert.ok(Date.now() - start < 5000, 'it took more than 5 seconds');
    assert.ok(!existsSync(opened), 'something was run');
  }

  for (const [what, pickle, message] of PICKLES) {
    it(`refuses ${what}`, async () => {
      await refuses(archive(pickle), message);
      await refuses(legacy(pickle), message);
    });
  }

  for (const [what, entries, message] of ARCHIVES) {
    it(`refuses ${what}`, () => refuses(zip(entries), message));
  }

  it('takes the same archive and pickle without the harm', async () => {
    const file = path.join(folder, 'good.pt');
    for (const bytes of [zip(good), archive(P.dict(P.text('x'), whole)), legacy(P.dict(P.text('x'), whole))]) {
      writeFileSync(file, bytes);
      const { x } = await checkpoint.read(file);
      assert.deepEqual(
        [x.shape, [...(x.data as Float32Array)]],
        [
          [2, 2],
          [1, 2, 3, 4],
        ],
      );
    }
  });

  it('refuses an empty file, a folder, text, and the tar form of PyTorch 0.1', async () => {
    const at = (name: string): string => path.join(folder, name);
    writeFileSync(at('empty.pt'), '');
    await assert.rejects(checkpoint.read(at('empty.pt')), /empty\.pt is not a sound PyTorch file: It is empty\./);
    writeFileSync(at('text.pth'), 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    await assert.rejects(checkpoint.read(at('text.pth')), /text\.pth .*\.$/);
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    writeFileSync(at('old.pth'), tar);
    await assert.rejects(
      checkpoint.read(at('old.pth')),
      /old\.pth cannot be read: It is a tar archive, the form of PyTorch 0\.1/,
    );
    await assert.rejects(checkpoint.read(folder), /It is not a file/);
    await assert.rejects(checkpoint.read(at('none.pt')), /There is no checkpoint at .*none\.pt\./);
  });
});
