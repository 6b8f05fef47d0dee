const SUFFIXES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

function label(value: number): string {
  const [unit, suffix] = SUFFIXES.find(([size]) => value >= size) ?? [1, ''];
  return `${Number((value / unit).toPrecision(3))}${suffix}`;
}

/**
 * Ticks of a logarithmic axis with their whole values as labels: 1, 2 and 5 of each decade, or, below one decade, every
 * leading digit. Plotly's own give `2` where 20 or 200 is meant.
 */
export function logTicks(values: readonly unknown[]): { tickvals: number[]; ticktext: string[] } {
  const positive = values.filter(
    (value): value is number => typeof value === 'number' && value > 0 && Number.isFinite(value),
  );
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const leading = high / low < 10 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = positive.length === 0 ? [] : Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const tickvals = decades.flatMap((power) => leading.map((digit) => Number(`${digit}e${power}`)));
  return { tickvals, ticktext: tickvals.map(label) };
}
