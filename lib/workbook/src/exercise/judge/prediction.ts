import { formatNumber } from '../../display';
import { typeName, valueText } from '../describe';
import type { Kept } from '../kept';
import type { PredictionDefinition } from '../types';
import { notYet, withUnit, type Judgement } from './judgement';

type Guess = number | string;

function noted(message: string, share: number): Judgement {
  return { status: 'recorded', share, message };
}

/** Takes a guess, whatever it is, or sends back what cannot be one. */
export function judgePrediction(definition: PredictionDefinition, answer: unknown): Judgement {
  if (definition.choices !== undefined) {
    const keys = Object.keys(definition.choices);
    if (typeof answer === 'string' && keys.includes(answer))
      return noted(`Your guess, ${answer}, is noted. Now measure.`, 1);
    return notYet({
      reason: 'no such choice',
      message: `Expected one of ${keys.join(', ')}, got ${valueText(answer)}.`,
      got: valueText(answer),
    });
  }
  if (typeof answer !== 'number' || !Number.isFinite(answer)) {
    return notYet({
      reason: 'not a number',
      message: `Expected a number, got ${typeName(answer)}.`,
      got: valueText(answer),
    });
  }
  const [low, high] = definition.range ?? [-Infinity, Infinity];
  if (answer < low || answer > high) {
    const expected = `${withUnit(low, definition.unit)} to ${withUnit(high, definition.unit)}`;
    return notYet({
      reason: 'out of range',
      message: `Expected a guess of ${expected}.`,
      expected,
      got: withUnit(answer, definition.unit),
    });
  }
  return noted(`Your guess, ${withUnit(answer, definition.unit)}, is noted. Now measure.`, 1);
}

/** How far a guess was off, in words: it earns its point all the same. */
function distanceText(guess: Guess, actual: Guess): string {
  if (typeof guess === 'string' || typeof actual === 'string') return guess === actual ? ': as you thought' : '';
  if (guess === actual) return ': exactly';
  if (guess <= 0 || actual <= 0) return '';
  const ratio = guess / actual;
  if (Math.abs(ratio - 1) < 0.005) return ': very close';
  return `: ${formatNumber(Math.max(ratio, 1 / ratio), 3)} times too ${ratio > 1 ? 'high' : 'low'}`;
}

function valueOf(value: Guess, { unit, choices }: PredictionDefinition): string {
  if (typeof value === 'number') return withUnit(Number(value.toPrecision(3)), unit);
  return choices?.[value] ?? value;
}

/**
 * What a check says once the measurement is there.
 *
 * @param before what the answer would be without the measurement
 * @returns `before` while nothing has been measured
 */
export function judgeLocked(
  definition: PredictionDefinition,
  before: Judgement,
  answer: unknown,
  kept: Kept,
): Judgement {
  const { guess, measured } = kept;
  if (measured === undefined) return before;
  const actual = valueOf(measured, definition);
  if (guess === undefined) {
    if (before.status !== 'recorded') return before;
    return noted(`This was measured before you guessed: ${actual}. A guess earns its points only beforehand.`, 0);
  }
  const own = valueOf(guess, definition);
  if (answer === guess || before.status === 'unanswered')
    return noted(`You predicted ${own}; measured: ${actual}${distanceText(guess, measured)}.`, 1);
  return noted(
    `Your guess is locked: you predicted ${own} before the measurement (${actual}), and that guess and its points stand.`,
    1,
  );
}

/** What the measurement makes of a guess: the first one locks it, later ones only renew what was measured. */
export function lock(before: Judgement, answer: unknown, kept: Kept, measured: Guess): Kept {
  if (kept.measured !== undefined) return { ...kept, measured };
  return before.status === 'recorded' ? { ...kept, guess: answer as Guess, measured } : { ...kept, measured };
}
