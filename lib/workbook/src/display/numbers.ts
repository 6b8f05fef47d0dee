const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/**
 * A number as people read it: whole numbers with thousands separators, others with `digits` significant digits.
 * @param digits significant digits of what is not whole, default 4
 */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped.format(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || magnitude < 1e-4) return value.toExponential(digits - 1);
  if (magnitude >= 10 ** (digits - 1)) return grouped.format(value);
  return String(Number(value.toPrecision(digits)));
}

const MOST_DECIMALS = 6;

/** How many decimals a number needs to be written with so many significant digits, without zeros at the end. */
function decimalsOf(value: number, digits: number): number {
  const [, decimals = ''] = Number(value.toPrecision(digits)).toFixed(MOST_DECIMALS).split('.');
  return decimals.replace(/0+$/, '').length;
}

/**
 * One way to write all numbers of a column: with thousands separators and as many decimals in each, so that they can be
 * compared at a glance. Numbers of very different size are written one by one.
 * @param digits significant digits of the largest one that is not whole, default 4
 */
export function columnFormat(values: readonly number[], digits = 4): (value: number) => string {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const isWide = high / low > 10 ** digits || low < 10 ** -MOST_DECIMALS;
  if (sizes.length === 0 || sizes.every(Number.isInteger) || isWide) return (value) => formatNumber(value, digits);
  const room = Math.max(0, digits - 1 - Math.floor(Math.log10(high)));
  const least = Math.max(0, 1 - Math.floor(Math.log10(low)));
  const needed = Math.max(...sizes.map((value) => decimalsOf(value, digits)));
  const decimals = Math.min(Math.max(room, least), needed, MOST_DECIMALS);
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value) => (Number.isFinite(value) ? format.format(value) : String(value));
}

/** A duration: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return '?';
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`;
}
