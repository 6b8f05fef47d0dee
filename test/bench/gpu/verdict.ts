/**
 * Our number over the other's, and whether the bound holds.
 *
 * @param most the bound: `ours / other` shall be at most this
 */
export function beside(ours: number | undefined, other: number | undefined, most: number): [string, string] {
  if (ours === undefined || other === undefined) return ['-', `<= ${most}`];
  const ratio = ours / other;
  return [ratio.toFixed(2), ratio <= most ? `<= ${most}` : `over ${most}`];
}
