import assert from 'node:assert/strict';

import { decode, encode, type Wire } from 'tslab-runner/judge';

const tensor = (values: readonly number[], shape: readonly number[], dtype: string): unknown => ({
  values,
  shape,
  dtype,
  dataSync: () => values,
});

/** There and back, through the text that travels. */
function carried(value: unknown): unknown {
  return decode(JSON.parse(JSON.stringify(encode(value, () => 7))), { tensor, call: (found, args) => [found, args] });
}

const VALUES: Readonly<Record<string, unknown>> = {
  numbers: [0, -0, 1.5, -1e300, NaN, Infinity, -Infinity, Number.MIN_VALUE],
  texts: ['', 'a', '\u0000\ud800', '{"t":"number"}'],
  'nothing and truth': [null, undefined, true, false],
  integers: [0n, -(2n ** 200n)],
  'typed arrays': [new Float32Array([1.5, NaN, -0]), new Int8Array([-128, 127]), new Uint8ClampedArray([300])],
  'maps and sets': [new Map([[{ a: 1 }, new Set([1, 'x'])]]), new Set()],
  objects: { a: { b: [{ c: -0 }] }, t: 'list', v: 3 },
  'a list with gaps': [1, undefined, 3],
};

describe('runner: values between a kernel and its judge', () => {
  for (const [name, value] of Object.entries(VALUES)) {
    it(`carry ${name}`, () => assert.deepStrictEqual(carried(value), value));
  }

  it('carry tensors by type, shape and values, functions by number', async () => {
    const found = carried(tensor([1, -0, NaN, 4], [2, 2], 'float32')) as { values: number[]; shape: number[] };
    assert.deepStrictEqual(
      [found.values, found.shape],
      [
        [1, -0, NaN, 4],
        [2, 2],
      ],
    );
    const call = carried((x: number) => x) as (...args: unknown[]) => unknown;
    assert.deepStrictEqual(call(3, 'b'), [7, [3, 'b']]);
  });

  it('read a getter once and call nothing that an object brings', () => {
    let reads = 0;
    const tricky = {
      get value() {
        return (reads += 1);
      },
    };
    assert.deepStrictEqual(carried(tricky), { value: 1 });
    assert.equal(reads, 1);
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const REFUSED: Readonly<Record<string, [unknown, RegExp]>> = {
    'an instance of a class': [new (class Sly {})(), /class Sly/],
    'a date': [new Date(0), /class Date/],
    'a toJSON of its own': [{ toJSON: () => 3 }, /toJSON/],
    'a valueOf of its own': [{ valueOf: () => 3 }, /valueOf/],
    'a then of its own': [{ then: (done: (x: number) => void) => done(3) }, /then/],
    'a prototype in disguise': [JSON.parse('{"__proto__": {"x": 1}}'), /__proto__/],
    'a list within itself': [cyclic, /without end/],
    'a property that throws': [
      Object.defineProperty({}, 'x', { enumerable: true, get: () => assert.fail('no') }),
      /no/,
    ],
    'a proxy that throws': [new Proxy({}, { ownKeys: () => assert.fail('no') }), /no/],
    'a symbol': [Symbol('x'), /symbol/],
    'too much': [new Float64Array(3e6), /2,000,000/],
  };
  for (const [name, [value, why]] of Object.entries(REFUSED)) {
    it(`refuse ${name}`, () => assert.throws(() => carried(value), why));
  }

  it('refuse whatever else comes from a hostile kernel', () => {
    const deep = (depth: number): unknown => (depth === 0 ? 1 : { t: 'list', v: [deep(depth - 1)] });
    const lies: unknown[] = [
      [],
      {},
      { t: 'list' },
      { t: 'list', v: { length: 1e9 } },
      { t: 'number', v: '__proto__' },
      { t: 'number', v: 3 },
      { t: 'bigint', v: '1e9' },
      { t: 'bigint', v: '9'.repeat(20_000) },
      { t: 'typed', k: 'Function', v: [1] },
      { t: 'typed', k: 'Float32Array', v: ['1'] },
      { t: 'object', v: [['__proto__', 1]] },
      { t: 'object', v: [['constructor', 1]] },
      { t: 'object', v: [[3, 1]] },
      { t: 'object', v: ['ab'] },
      { t: 'tensor', dtype: 'float32', shape: [1e9], v: [] },
      { t: 'tensor', dtype: 'float32', shape: [-1], v: [] },
      { t: 'tensor', dtype: 3, shape: [1], v: [1] },
      { t: 'function', v: -1 },
      { t: 'function', v: 'x' },
      { t: 'map', v: [1] },
      { t: 'thrown', v: 'x' },
      { t: 'passed', share: 1 },
      deep(60),
    ];
    for (const lie of lies) {
      assert.throws(
        () => decode(lie, { tensor, call: () => 0 }),
        /No answer in a form that can be judged/,
        JSON.stringify(lie),
      );
    }
    assert.equal(({} as { x?: unknown }).x, undefined);
  });

  it('never lets a text pass for a value', () => {
    const wire: Wire = encode('{"t":"number","v":"NaN"}');
    assert.equal(typeof wire, 'string');
  });
});
