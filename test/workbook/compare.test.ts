import assert from 'node:assert/strict';

import { compare, onCases } from 'scalable-inference-workbook';

/** A stand-in for a tensor: what `compare` asks of one. */
function tensor(shape: number[], dtype: string, data: number[]) {
  return { shape, dtype, dataSync: () => Float32Array.from(data) };
}

const cases: [string, unknown, unknown, { reason: string; where?: string } | undefined][] = [
  ['equal numbers', 3, 3, undefined],
  ['numbers', 3, 4, { reason: 'value' }],
  ['NaN and NaN', NaN, NaN, undefined],
  ['NaN and a number', NaN, 1, { reason: 'value' }],
  ['a text for a number', '3', 3, { reason: 'type' }],
  ['nothing for a number', undefined, 3, { reason: 'type' }],
  [
    'shapes of nested lists',
    [
      [1, 2],
      [3, 4],
    ],
    [[1, 2]],
    { reason: 'shape' },
  ],
  [
    'an index in nested lists',
    [
      [1, 2],
      [3, 5],
    ],
    [
      [1, 2],
      [3, 4],
    ],
    { reason: 'value', where: '[1, 1]' },
  ],
  ['ragged lists', [[1], [2, 3]], [[1], [2, 4]], { reason: 'value', where: '[1][1]' }],
  ['typed arrays of other types', new Int32Array([1]), new Float32Array([1]), { reason: 'dtype' }],
  ['a list for a typed array', [1, 2], new Float32Array([1, 2]), undefined],
  ['tensor shapes', tensor([1, 2], 'float32', [1, 2]), tensor([2, 1], 'float32', [1, 2]), { reason: 'shape' }],
  ['tensor dtypes', tensor([2], 'int32', [1, 2]), tensor([2], 'float32', [1, 2]), { reason: 'dtype' }],
  [
    'an index of a tensor',
    tensor([1, 2], 'float32', [1, 3]),
    tensor([1, 2], 'float32', [1, 2]),
    { reason: 'value', where: '[0, 1]' },
  ],
  ['a list for a tensor', [1, 2], tensor([2], 'float32', [1, 2]), { reason: 'type' }],
  ['a missing entry', { a: 1 }, { a: 1, b: 2 }, { reason: 'missing entry', where: '.b' }],
  ['a surplus entry', { a: 1, b: 2 }, { a: 1 }, { reason: 'surplus entry', where: '.b' }],
  ['a deep entry', { a: { b: [1, 2] } }, { a: { b: [1, 3] } }, { reason: 'value', where: '.a.b[1]' }],
  ['lists of texts', ['a'], ['a', 'b'], { reason: 'length' }],
  ['sets', new Set([1, 2]), new Set([1, 3]), { reason: 'value', where: '[1]' }],
  ['booleans', true, false, { reason: 'value' }],
];

describe('compare', () => {
  for (const [title, got, expected, wanted] of cases) {
    it(`${title}: ${wanted === undefined ? 'no difference' : wanted.reason}`, () => {
      const found = compare(got, expected);
      assert.equal(found?.reason, wanted?.reason);
      assert.equal(found?.where, wanted?.where);
    });
  }

  it('allows what the tolerance allows, and no more', () => {
    assert.equal(compare([1.001], [1], { absolute: 0.002 }), undefined);
    assert.equal(compare([1001], [1000], { relative: 0.002 }), undefined);
    assert.equal(compare([1003], [1000], { relative: 0.002 })?.reason, 'value');
  });
});

describe('onCases', () => {
  const sum = [{ args: [1, 2], expected: 3 }];
  it('awaits functions, names the case and the exception', async () => {
    assert.equal(await onCases(async (a: number, b: number) => a + b, sum), undefined);
    assert.match((await onCases(() => 4, sum))!.message, /For \(1, 2\): .*expected 3, got 4/);
    assert.deepEqual((await onCases(() => JSON.parse('{'), sum))!.reason, 'throws');
    assert.equal((await onCases(7, sum))!.reason, 'type');
  });
});
