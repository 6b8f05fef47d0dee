import assert from 'node:assert/strict';
import * as check from 'scalable-inference/check';

class Odd {}

const ACCEPTED: ReadonlyArray<readonly [string, () => unknown, unknown]> = [
  ['an integer at its least', () => check.integer('n', 1, { min: 1 }), 1],
  ['an integer at its most', () => check.integer('n', 5, { min: 1, max: 5 }), 5],
  ['a negative integer without limits', () => check.integer('n', -3), -3],
  ['a number above 0', () => check.finite('n', 1e-300, { above: 0 }), 1e-300],
  ['infinity as a number', () => check.number('n', Infinity, { min: 0 }), Infinity],
  ['both ends of a share', () => [check.fraction('n', 0), check.fraction('n', 1)], [0, 1]],
  ['a known name', () => check.oneOf('n', 'b', ['a', 'b']), 'b'],
  ['a shape', () => check.positiveIntegers('n', [1, 2], { least: 2 }), [1, 2]],
  ['finite numbers', () => check.finiteNumbers('n', [0, -0.5]), [0, -0.5]],
];

const REFUSED: ReadonlyArray<readonly [string, () => unknown, string]> = [
  ['a fraction', () => check.integer('epochs', 2.5, { min: 1 }), 'epochs must be a positive integer, got 2.5.'],
  ['a negative count', () => check.integer('n', -1, { min: 0 }), 'n must be a non-negative integer, got -1.'],
  ['below two limits', () => check.integer('n', 0, { min: 1, max: 5 }), 'n must be an integer from 1 to 5, got 0.'],
  ['above two limits', () => check.integer('n', 6, { min: 1, max: 5 }), 'n must be an integer from 1 to 5, got 6.'],
  [
    'an integer too large to be exact',
    () => check.integer('n', 2 ** 53),
    'n must be an integer, got 9007199254740992.',
  ],
  ['a numeral', () => check.integer('n', '8'), "n must be an integer, got '8': give a number, not its text."],
  ['an empty text', () => check.number('n', ''), "n must be a number, got ''."],
  ['nothing', () => check.finite('n', undefined), 'n must be a finite number, got undefined.'],
  ['NaN', () => check.number('n', NaN, { min: 0 }), 'n must be a number of at least 0, got NaN.'],
  ['infinity', () => check.finite('n', Infinity), 'n must be a finite number, got Infinity.'],
  ['an open end', () => check.finite('n', 0, { above: 0 }), 'n must be a finite number above 0, got 0.'],
  [
    'the open end of a half-open range',
    () => check.number('p', 1, { min: 0, below: 1 }),
    'p must be a number of at least 0 and below 1, got 1.',
  ],
  ['a share in percent', () => check.fraction('n', 50), 'n must be a number from 0 to 1, got 50.'],
  ['an unknown name', () => check.oneOf('mode', 'fast', ['a', 'b']), "mode must be one of 'a', 'b', got 'fast'."],
  ['the only name', () => check.oneOf('type', null, ['vit']), "type must be 'vit', got null."],
  [
    'a zero in a shape',
    () => check.positiveIntegers('n', [1, 0]),
    'n must be a list of positive integers, got [1, 0].',
  ],
  [
    'a shape too short',
    () => check.positiveIntegers('n', [1], { least: 2, hint: 'give the batch first' }),
    'n must be a list of 2 or more positive integers, got [1]: give the batch first.',
  ],
  ['no numbers', () => check.finiteNumbers('n', []), 'n must be a list of finite numbers, got [].'],
  ['an object', () => check.number('n', { a: 1 }), 'n must be a number, got {"a":1}.'],
  ['an instance', () => check.number('n', new Odd()), 'n must be a number, got an object of class Odd.'],
  ['no function', () => check.callable('fn', 3), 'fn must be a function, got 3.'],
];

describe('check: arguments', () => {
  for (const [what, call, value] of ACCEPTED) it(`returns ${what}`, () => assert.deepEqual(call(), value));
  for (const [what, call, message] of REFUSED) it(`refuses ${what}`, () => assert.throws(call, { message }));

  it('throws the error that it is told to', () => {
    const error = (sentence: string): Error => new RangeError(sentence);
    assert.throws(() => check.integer('n', 0, { min: 1, error }), RangeError);
  });

  it('shows a long value shortened', () => {
    const { length } = check.got(Array.from({ length: 1000 }, (_, i) => i));
    assert.ok(length < 90, `${length} characters`);
  });
});
