import assert from 'node:assert/strict';
import { nn } from 'scalable-inference';
import { bytesOf } from 'scalable-inference/files';

describe('small truths', () => {
  it('an element count is the product, 1 of no dimensions, 0 of an empty one', () => {
    assert.deepEqual([[], [7], [2, 3, 4], [5, 0]].map(nn.ops.sizeOf), [1, 7, 24, 0]);
  });

  it('a shape reads as PyTorch writes lists', () => {
    assert.deepEqual([[], [7], [1, 224, 224, 3]].map(nn.ops.shapeText), ['[]', '[7]', '[1, 224, 224, 3]']);
  });

  it('the bytes of a part of an array are those of the part alone', () => {
    const part = Uint16Array.of(1, 2, 3).subarray(1, 2);
    assert.deepEqual([...bytesOf(part)], [2, 0]);
    part[0] = 0x0304;
    assert.deepEqual([...bytesOf(Uint16Array.of(0x0304))], [4, 3]);
  });

  it('the root adds nothing to a name', () => {
    assert.deepEqual([nn.joinPath('', 'weight'), nn.joinPath('layer1.0', 'weight')], ['weight', 'layer1.0.weight']);
  });
});
