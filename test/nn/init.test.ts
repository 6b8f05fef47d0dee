import assert from 'node:assert/strict';
import { backend, nn } from 'scalable-inference';

const STD = 0.3;

/** The seed that the next initializer draws. */
function nextSeedAfter(seed: number): number {
  backend.seed(seed);
  const drawn = backend.nextSeed();
  backend.seed(seed);
  return drawn;
}

describe('nn.init.normal', () => {
  it("gives Box and Muller's values of the stream, which Math computes, to float32's last digit", () => {
    const values = new Float32Array(1_000_001); // an odd number: the last pair is used by half
    for (const seed of [0, 1, 2]) {
      const { normal } = backend.randomStream(nextSeedAfter(seed));
      nn.init.normal(STD)(values, { in: 1, out: 1 });
      let different = 0;
      for (let i = 0; i < values.length; i++) {
        const exact = Math.fround(normal() * STD);
        if (values[i] === exact) continue;
        different++;
        assert.ok(Math.abs(values[i] - exact) <= 2 ** -23 * Math.abs(exact), `value ${i}: ${values[i]}, not ${exact}`);
      }
      assert.ok(different <= 3, `${different} values differ in the last digit`);
    }
  });
});
