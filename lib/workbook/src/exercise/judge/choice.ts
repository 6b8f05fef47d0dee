import { formatNumber } from '../../display';
import { valueText } from '../describe';
import type { Kept } from '../kept';
import type { ChoiceDefinition } from '../types';
import { notYet, passed, type Judgement } from './judgement';

/** Share of the points that a right answer earns after so many different wrong ones. */
const SHARES: readonly number[] = [1, 1 / 2, 1 / 4];

/** Share of the points after so many different wrong tries. */
function shareAfter(tries: number): number {
  return SHARES[tries] ?? 0;
}

/** Judges a key, or a list of keys of which all must be right. Tells neither how many are right nor which are wrong. */
export function judgeChoice(definition: ChoiceDefinition, answer: unknown): Judgement {
  const keys = Object.keys(definition.choices);
  const chosen = [answer].flat();
  const unknown = chosen.find((key) => typeof key !== 'string' || !keys.includes(key));
  if (unknown !== undefined || chosen.length === 0) {
    const got = valueText(answer);
    const expected = [...keys].sort().join(', ');
    return notYet({ reason: 'no such choice', message: `Expected words of ${expected}; got ${got}.`, expected, got });
  }
  const right = [definition.reference].flat();
  const all = new Set([...right, ...(chosen as string[])]);
  if (all.size === right.length && new Set(chosen).size === right.length) return { ...passed, message: 'Right.' };
  const message = Array.isArray(definition.reference) ? 'Not all of it is right yet.' : 'That is not the one.';
  return notYet({ reason: 'wrong choice', message, got: chosen.join(', ') });
}

/**
 * Takes points off for wrong tries: each different one halves them, the third leaves none. What was passed once keeps
 * its points.
 */
export function withTries(
  judgement: Judgement,
  answer: unknown,
  kept: Kept,
  points: number,
): { judgement: Judgement; kept: Kept } {
  const { tried = [], won } = kept;
  if (judgement.status === 'passed') {
    const share = won ?? shareAfter(tried.length);
    const after = tried.length === 0 ? '' : ` After ${tried.length} wrong ${tried.length === 1 ? 'try' : 'tries'}.`;
    return { judgement: { ...judgement, share, message: `Right.${after}` }, kept: { ...kept, won: share } };
  }
  if (judgement.diagnosis?.reason !== 'wrong choice' || won !== undefined) return { judgement, kept };
  const key = [...new Set([answer].flat() as string[])].sort().join('+');
  const now = tried.includes(key) ? tried : [...tried, key];
  const left = formatNumber(points * shareAfter(now.length), 3);
  const message = `${judgement.message} A right answer now earns ${left} of ${formatNumber(points, 3)} ${points === 1 ? 'point' : 'points'}.`;
  return { judgement: { ...judgement, message }, kept: { ...kept, tried: now } };
}
