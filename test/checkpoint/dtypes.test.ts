import assert from 'node:assert/strict';
import { checkpoint } from 'scalable-inference';
import { goldenPath, readGolden } from '../support/golden';

/** Bits of float32 as signed integers, or integers as texts, by torch. */
const { values } = readGolden<{ values: Record<string, Array<number | string>> }>('dtypes.json');

describe('types of numbers in a safetensors file that torch wrote', () => {
  let file: checkpoint.SafetensorsFile;
  before(() => void (file = new checkpoint.SafetensorsFile(goldenPath('dtypes.safetensors'))));
  after(() => file.close());

  for (const [name, expected] of Object.entries(values)) {
    it(`${name}: ${expected.length} values`, () => {
      if (name === 'i64_large') {
        assert.throws(
          () => file.integers(name),
          /'i64_large' .* holds -9223372036854775808, which does not fit 32 bits/,
        );
        return;
      }
      if (typeof expected[0] === 'string') {
        assert.deepEqual(Array.from(file.integers(name), String), expected);
        assert.throws(() => file.floats(name), /where floating-point numbers were expected/);
        return;
      }
      const got = file.floats(name);
      const bits = new Int32Array(got.buffer, got.byteOffset, got.length);
      expected.forEach((want, i) => {
        const isNaN32 = ((want as number) & 0x7fffffff) > 0x7f800000; // not every processor keeps the bits of a NaN
        if (isNaN32) assert.ok(Number.isNaN(got[i]), `element ${i}`);
        else assert.equal(bits[i], want, `element ${i}`);
      });
      assert.equal(got.length, expected.length);
    });
  }

  it('covers every type', () => {
    const types = new Set([...file.tensors.values()].map(({ dtype }) => dtype));
    const missing = Object.keys(checkpoint.DTYPE_BYTES).filter((dtype) => !types.has(dtype as checkpoint.Dtype));
    assert.deepEqual(missing, ['U64', 'U32']);
  });
});
