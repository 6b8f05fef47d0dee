/** Quantile of numbers in any order by linear interpolation (method R-7 of Hyndman and Fan 1996, numpy's default). */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0 || !(p >= 0 && p <= 1)) {
    throw new Error(
      `quantile expects at least one value and a share from 0 to 1, got ${values.length} values and ${p}.`,
    );
  }
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
