/** Rounds to the nearest integer, halves to the even one (IEEE 754's default, as `nearbyint` in C, `round` in Python). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
