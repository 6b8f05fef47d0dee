import { typeName, valueText } from '../describe';
import type { PredictionDefinition } from '../types';
import { notYet, recorded, withUnit, type Judgement } from './judgement';

/** Notes a guess, or sends back what cannot be one. */
export function judgePrediction(definition: PredictionDefinition, answer: unknown): Judgement {
  if (definition.choices !== undefined) {
    const keys = Object.keys(definition.choices);
    if (typeof answer === 'string' && keys.includes(answer)) return recorded(`Your guess, ${answer}, is noted.`);
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
  return recorded(`Your guess, ${withUnit(answer, definition.unit)}, is noted. Now measure.`);
}

/** Share of the points that a guess earns once the measurement is there: 1 for a hit, 0 from `worthless` on. */
export function predictionShare(definition: PredictionDefinition, guess: unknown, actual: number | string): number {
  if (typeof guess !== 'number' || typeof actual !== 'number') return guess === actual ? 1 : 0;
  if (guess === actual) return 1;
  if ((definition.distance ?? 'log') === 'linear') {
    const worthless = definition.worthless ?? Math.abs(actual);
    return worthless === 0 ? 0 : Math.max(0, 1 - Math.abs(guess - actual) / worthless);
  }
  if (guess <= 0 || actual <= 0) return 0;
  return Math.max(0, 1 - Math.abs(Math.log(guess / actual)) / Math.log(definition.worthless ?? 8));
}
