/** One number for both axes, or [height, width]. */
export type Pair = number | readonly [number, number];

/** Writes a {@link Pair} out. */
export function pair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}
