import * as assert from 'node:assert/strict';
import { measure } from 'scalable-inference';
import { assertClose } from '../support/close';

const close = (actual: number, expected: number): void => assertClose(actual, expected, { absolute: 1e-12 });

describe('measure.correlation', () => {
  it('is 1 and -1 for straight lines', () => {
    close(measure.correlation([1, 2, 3], [10, 20, 30]), 1);
    close(measure.correlation([1, 2, 3], [3, 2, 1]), -1);
  });
  it("equals a value by hand (Anscombe's first set, 1973)", () => {
    const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    assert.equal(measure.correlation(xs, ys).toFixed(9), '0.816420516');
  });
  it('does not change with scale and offset', () => {
    const [xs, ys] = [
      [1, 5, 2, 8],
      [3, 1, 4, 1],
    ];
    close(
      measure.correlation(
        xs.map((x) => 1e6 * x - 7),
        ys,
      ),
      measure.correlation(xs, ys),
    );
  });
  it('is not defined for constants', () => {
    assert.ok(Number.isNaN(measure.correlation([1, 1, 1], [1, 2, 3])));
  });
  it('refuses lists that do not match', () => {
    assert.throws(() => measure.correlation([1, 2], [1]), /equal length from 2 on, got 2 and 1/);
    assert.throws(() => measure.correlation([1], [1]), /equal length from 2 on/);
    assert.throws(() => measure.rankCorrelation([1, NaN], [1, 2]), /finite numbers, got NaN/);
  });
});

describe('measure.rankCorrelation', () => {
  it('sees order only', () => {
    close(measure.rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1e6]), 1);
  });
  it('gives equal values the mean of their ranks', () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: 4.5 / sqrt(4.5 · 5).
    close(measure.rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5));
  });
});
