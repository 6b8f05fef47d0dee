import { roundHalfEven } from '../rounding';
import { PruningError } from './errors';

/**
 * How much to prune. An integer is a count, any other number between 0 and 1 a share, as in PyTorch. Because
 * JavaScript cannot tell 1.0 from 1, everything is `{ share: 1 }`, and `1` is one value.
 */
export type Amount = number | { count: number } | { share: number };

interface Parsed {
  kind: 'count' | 'share';
  value: number;
}

function parse(amount: Amount): Parsed {
  if (typeof amount === 'number') return { kind: Number.isInteger(amount) ? 'count' : 'share', value: amount };
  if (typeof amount === 'object' && amount !== null) {
    if ('count' in amount) return { kind: 'count', value: amount.count };
    if ('share' in amount) return { kind: 'share', value: amount.share };
  }
  throw new PruningError('TypeError', `Invalid type for amount: ${String(amount)}. Must be int or float.`);
}

/** Refuses amounts that no tensor could take: negative, above 1 without being an integer, not a number. */
export function checkAmount(amount: Amount): void {
  const { kind, value } = parse(amount);
  if (typeof value !== 'number')
    throw new PruningError('TypeError', `Invalid type for amount: ${String(value)}. Must be int or float.`);
  const valid = kind === 'count' ? Number.isInteger(value) && value >= 0 : value >= 0 && value <= 1;
  if (!valid) {
    throw new PruningError(
      'ValueError',
      `amount=${value} should either be a float in the range [0, 1] or a non-negative integer`,
    );
  }
}

/** How many of `size` values (or channels) the amount means; throws when it means more than there are. */
export function countToPrune(amount: Amount, size: number): number {
  checkAmount(amount);
  const { kind, value } = parse(amount);
  const count = kind === 'count' ? value : roundHalfEven(value * size);
  if (count > size) {
    throw new PruningError(
      'ValueError',
      `amount=${count} should be smaller than the number of parameters to prune=${size}`,
    );
  }
  return count;
}
