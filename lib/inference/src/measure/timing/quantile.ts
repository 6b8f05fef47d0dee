import { fraction } from '../../check';

/** Quantile of numbers in any order by linear interpolation (method R-7 of Hyndman and Fan 1996, numpy's default). */
export function quantile(values: readonly number[], p: number): number {
  fraction('The p of a quantile', p);
  if (values.length === 0) throw new Error('A quantile needs at least one value, got an empty list.');
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
