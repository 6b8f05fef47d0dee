import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint } from 'scalable-inference';

/** A file with the given header (object, or text as it is) and data. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const DAMAGED: Array<[what: string, bytes: Buffer, message: RegExp]> = [
  ['an empty file', Buffer.alloc(0), /has 0 bytes, but the length of the header alone takes 8/],
  ['half of the header length', Buffer.alloc(5), /has 5 bytes/],
  [
    'a header longer than the file',
    file({ a: entry(0, 8) }).subarray(0, 20),
    /The header should take \d+ bytes, but only 12 follow/,
  ],
  [
    'a header length of 2^63',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), Buffer.from('{}')]),
    /should take 9223372036854775808 bytes, but only 2 follow/,
  ],
  ['a header that is not JSON', file('{"a":'), /The header is not JSON/],
  [
    'a header that is not UTF-8',
    Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0xff, 0xfe])]),
    /not UTF-8/,
  ],
  ['a header that is a list', file('[]'), /must be a JSON object/],
  [
    'data cut short',
    file({ a: entry(0, 8) }, new Uint8Array(7)),
    /'a' ends at byte 8 of the data, but the file holds 7/,
  ],
  [
    'data beyond the last entry',
    file({ a: entry(0, 8) }, new Uint8Array(9)),
    /take 8 bytes of data, but the file holds 9/,
  ],
  [
    'offsets that overlap',
    file({ a: entry(0, 8), b: entry(4, 12) }, new Uint8Array(12)),
    /'a' and 'b' overlap at byte 4/,
  ],
  [
    'a hole between entries',
    file({ a: entry(0, 4), b: entry(8, 12) }, new Uint8Array(12)),
    /Bytes 4 to 8 of the data, before 'b', belong to no entry/,
  ],
  [
    'offsets in the wrong order',
    file({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, new Uint8Array(4)),
    /must have data_offsets \[begin, end\], got \[4,0\]/,
  ],
  ['negative offsets', file({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }), /must have data_offsets/],
  [
    'a shape larger than its bytes',
    file({ a: entry(0, 8, [3]) }, new Uint8Array(8)),
    /shape \[3\] and dtype F32 needs 12 bytes, but its offsets give it 8/,
  ],
  [
    'a shape beyond all numbers',
    file({ a: entry(0, 8, [2 ** 40, 2 ** 40]) }, new Uint8Array(8)),
    /needs \d+(\.\d+e\+\d+)? bytes/,
  ],
  ['a negative shape', file({ a: entry(0, 8, [-2]) }, new Uint8Array(8)), /shape of non-negative integers, got \[-2\]/],
  [
    'an unknown dtype',
    file({ a: entry(0, 8, [2], 'F31') }, new Uint8Array(8)),
    /unknown dtype "F31"; known are F64, F32/,
  ],
  [
    'a dtype named like a method',
    file({ a: entry(0, 8, [2], 'toString') }, new Uint8Array(8)),
    /unknown dtype "toString"/,
  ],
  [
    'a name used twice',
    file(`{"a":${JSON.stringify(entry(0, 4))},"\\u0061":${JSON.stringify(entry(0, 4))}}`, new Uint8Array(4)),
    /names 'a' twice/,
  ],
  [
    'a field used twice',
    file('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
    /names 'shape' twice/,
  ],
  ['metadata that is not text', file({ __metadata__: { format: 1 } }), /__metadata__ must map names to texts/],
  ['an entry that is a number', file({ a: 3 }), /'a' must be an object/],
];

describe('safetensors files', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'safetensors-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [what, bytes, message] of DAMAGED) {
    it(`refuses ${what}`, () => {
      writeFileSync(at('damaged.safetensors'), bytes);
      assert.throws(
        () => new checkpoint.SafetensorsFile(at('damaged.safetensors')),
        (error: Error) => {
          assert.match(error.message, message);
          assert.match(error.message, /damaged\.safetensors is not a sound safetensors file/);
          return true;
        },
      );
    });
  }

  it('says which file is missing, and refuses a folder', () => {
    assert.throws(() => new checkpoint.SafetensorsFile(at('none')), /There is no checkpoint at .*none\.$/);
    assert.throws(() => new checkpoint.SafetensorsFile(folder), /It is not a file\./);
  });

  it('does not take a nested name, or a quote inside a text, for a name used twice', () => {
    const header = { __metadata__: { a: '{"a":1,"a":2}', 'q"uo\\te': '":"' }, a: entry(0, 4), 'b"': entry(4, 8) };
    writeFileSync(at('names.safetensors'), file(header, new Uint8Array(8)));
    const read = new checkpoint.SafetensorsFile(at('names.safetensors'));
    assert.deepEqual([...read.tensors.keys()], ['a', 'b"']);
    assert.deepEqual(read.metadata, header.__metadata__);
    read.close();
  });

  it('reads every type', async () => {
    const of = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const cases: Array<[checkpoint.Dtype, ArrayBufferView, number[]]> = [
      ['F64', Float64Array.of(1.5, -2), [1.5, -2]],
      ['F32', Float32Array.of(0.5, 3), [0.5, 3]],
      ['F16', Uint16Array.of(0x3c00, 0xc000), [1, -2]],
      ['BF16', Uint16Array.of(0x3f80, 0xc000), [1, -2]],
      ['I64', BigInt64Array.of(-5n, 7n), [-5, 7]],
      ['U64', BigUint64Array.of(5n, 7n), [5, 7]],
      ['I32', Int32Array.of(-3, 4), [-3, 4]],
      ['U32', Uint32Array.of(3, 4), [3, 4]],
      ['I16', Int16Array.of(-3, 4), [-3, 4]],
      ['U16', Uint16Array.of(3, 4), [3, 4]],
      ['I8', Int8Array.of(-3, 4), [-3, 4]],
      ['U8', Uint8Array.of(250, 4), [250, 4]],
      ['BOOL', Uint8Array.of(1, 0), [1, 0]],
    ];
    await checkpoint.writeSafetensors(
      at('types'),
      cases.map(([dtype, data]) => ({ name: dtype, dtype, shape: [2], bytes: () => of(data) })),
    );
    const read = new checkpoint.SafetensorsFile(at('types'));
    for (const [dtype, , values] of cases) {
      assert.deepEqual([...(dtype.includes('F') ? read.floats(dtype) : read.integers(dtype))], values, dtype);
    }
    assert.throws(() => read.floats('I8'), /'I8' of .* holds I8 values, where floating-point numbers were expected/);
    assert.throws(() => read.integers('F32'), /where integers were expected/);
    assert.throws(() => read.bytes('X'), /has no entry 'X'/);
    read.close();
  });

  it('refuses integers that need more than 32 bits', async () => {
    await checkpoint.writeSafetensors(at('large'), [
      { name: 'n', dtype: 'I64', shape: [1], bytes: () => new Uint8Array(BigInt64Array.of(2n ** 40n).buffer) },
    ]);
    const read = new checkpoint.SafetensorsFile(at('large'));
    assert.throws(() => read.integers('n'), /holds 1099511627776, which does not fit 32 bits/);
    read.close();
  });

  it('aligns the data and leaves the old file where writing fails', async () => {
    const good = { name: 'a', dtype: 'U8' as const, shape: [3], bytes: () => Uint8Array.of(1, 2, 3) };
    await checkpoint.writeSafetensors(at('kept'), [good], { format: 'pt' });
    const before = readFileSync(at('kept'));
    assert.equal((8 + Number(before.readBigUInt64LE(0))) % 8, 0);
    await assert.rejects(
      checkpoint.writeSafetensors(at('kept'), [good, { ...good, name: 'b', bytes: () => Uint8Array.of(1) }]),
      /'b' .* needs 3 bytes, got 1/,
    );
    await assert.rejects(checkpoint.writeSafetensors(at('kept'), [good, good]), /two entries named 'a'/);
    assert.deepEqual(readFileSync(at('kept')), before);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('.part')),
      [],
    );
  });
});

describe('half precision', () => {
  const HALVES = Uint16Array.from({ length: 65536 }, (_, i) => i);

  it('takes every float16 to float32 and back', () => {
    const wide = checkpoint.fromFloat16(HALVES);
    const back = checkpoint.toFloat16(wide);
    for (let i = 0; i < 65536; i++) {
      if (Number.isNaN(wide[i])) assert.ok((back[i] & 0x7c00) === 0x7c00 && (back[i] & 0x3ff) !== 0);
      else assert.equal(back[i], i);
    }
    assert.deepEqual(
      [0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00].map((i) => wide[i]),
      [2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1365 * 2 ** -12, 65504, Infinity],
    );
  });

  it('rounds to the nearest, ties to even, over all neighbours', () => {
    const wide = checkpoint.fromFloat16(HALVES.subarray(0, 0x7c00));
    for (let i = 0; i + 1 < wide.length; i++) {
      const middle = (wide[i] + wide[i + 1]) / 2; // exact in float32
      const [below, above] = [middle * (1 - 2 ** -20), middle * (1 + 2 ** -20)];
      assert.deepEqual(
        [...checkpoint.toFloat16(Float32Array.of(below, middle, above, -middle))],
        [i, i % 2 ? i + 1 : i, i + 1, (i % 2 ? i + 1 : i) | 0x8000],
      );
    }
    assert.deepEqual(
      [...checkpoint.toFloat16(Float32Array.of(65519.99, 65520, 1e30, NaN))],
      [0x7bff, 0x7c00, 0x7c00, 0x7e00],
    );
  });

  it('widens bfloat16 exactly', () => {
    assert.deepEqual(
      [...checkpoint.fromBfloat16(Uint16Array.of(0x3f80, 0x3f81, 0xff80, 0x0001))],
      [1, 1.0078125, -Infinity, 2 ** -133],
    );
  });
});
