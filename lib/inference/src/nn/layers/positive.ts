import { integer } from '../../check';

/** Refuses sizes that are not positive integers, naming layer and option. */
export function positive(layer: string, sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes)) integer(`The ${name} of ${layer}`, value, { min: 1 });
}
