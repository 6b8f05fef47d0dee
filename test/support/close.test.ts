import assert from 'node:assert/strict';
import { tf } from 'scalable-inference';
import { assertClose, relativeDistance } from './close';

const inTidy = (body: () => void) => (): void => tf.tidy(body);

describe('the comparison of tests', () => {
  it(
    'asks for the type, then the shape, then the values',
    inTidy(() => {
      assert.throws(() => assertClose(tf.ones([2], 'int32'), tf.zeros([3])), /dtype/);
      assert.throws(() => assertClose(tf.ones([2, 1]), tf.zeros([1, 2])), /shape/);
      assert.throws(() => assertClose([1, 2], [1, 2, 3]), /shape/);
      assert.throws(() => relativeDistance(tf.ones([2, 1]), tf.ones([1, 2])), /shape/);
    }),
  );

  it(
    'names the worst element by its index',
    inTidy(() => {
      const [got, wanted] = [
        tf.tensor2d([
          [0, 0, 1],
          [5, 0, -1],
        ]),
        tf.zeros([2, 3]),
      ];
      assert.throws(() => assertClose(got, wanted, { absolute: 0.5, what: 'y' }), /y: 5 instead of 0 at \[1, 0\]/);
      assertClose(got, wanted, { absolute: 5 });
    }),
  );

  it('adds the absolute tolerance and the relative one', () => {
    assertClose([100.9, 0], [100, 0], { relative: 0.01 });
    assert.throws(() => assertClose(101.1, 100, { relative: 0.01 }), /at \[\]/);
    assertClose(101.1, 100, { relative: 0.01, absolute: 0.2 });
  });

  it('takes no NaN and no infinity for a number', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      assert.throws(() => assertClose([1, bad], [1, 2], { relative: 1, absolute: 1 }), /at \[1\]/);
      assert.throws(() => assertClose([1, 2], [1, bad], { relative: 1, absolute: 1 }), /at \[1\]/);
      assertClose([bad], [bad]);
    }
  });
});
