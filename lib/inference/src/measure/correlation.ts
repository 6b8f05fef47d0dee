/**
 * Pearson's correlation of two lists, from -1 to 1; NaN where one of them is constant, for which it is not defined.
 *
 * @throws when the lists differ in length, hold fewer than two values, or a value that is not finite
 */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  check(xs, ys);
  const [dx, dy] = [centred(xs), centred(ys)];
  const spread = Math.sqrt(dot(dx, dx)) * Math.sqrt(dot(dy, dy));
  return spread === 0 ? NaN : Math.max(-1, Math.min(1, dot(dx, dy) / spread));
}

/** Spearman's rank correlation: {@link correlation} of the ranks, equal values sharing the mean of theirs. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  check(xs, ys);
  return correlation(ranks(xs), ranks(ys));
}

function check(xs: readonly number[], ys: readonly number[]): void {
  if (xs.length !== ys.length || xs.length < 2) {
    throw new Error(
      `A correlation needs two lists of equal length from 2 on, got ${xs.length} and ${ys.length} values.`,
    );
  }
  const wrong = [...xs, ...ys].find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`A correlation needs finite numbers, got ${wrong}.`);
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}
