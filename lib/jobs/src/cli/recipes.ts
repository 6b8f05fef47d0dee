import type { Training } from '../kinds';

/** Temperature and weight of the labels. */
export type Chosen = NonNullable<Training['distil']>;

/** What a study trains. */
export interface Recipes {
  /** Whether there is a teacher. */
  readonly taught: boolean;
  readonly epochs: number;
  readonly sweepEpochs: number;
  readonly seeds: readonly number[];
  readonly temperatures: readonly number[];
  readonly alphas: readonly number[];
  readonly fewLabels: number | undefined;
  readonly common: Pick<Training, 'batchSize' | 'learningRate'>;
}

/** Every temperature with every alpha, tried on pictures kept aside. */
export function sweep({ temperatures, alphas, sweepEpochs: epochs, common }: Recipes): Training[] {
  return alphas.flatMap((alpha) =>
    temperatures.map((temperature) => ({
      ...{ name: `sweep-t${temperature}-a${alpha}`, seed: 0, epochs, ...common },
      ...{ distil: { temperature, alpha }, tries: true },
    })),
  );
}

/** Each seed's students by every recipe, seed by seed. */
export function comparison(
  { seeds, epochs, fewLabels: labels, common }: Recipes,
  chosen: Chosen | undefined,
): Training[] {
  return seeds.flatMap((seed) => {
    const recipe = (name: string, more: Partial<Training>): Training => ({
      ...{ name: `${name}-seed${seed}`, seed, epochs, ...common },
      ...more,
    });
    // Where the sweep chose no labels at all, half the weight goes to those there are.
    const both = chosen && { ...chosen, alpha: chosen.alpha || 0.5 };
    return [
      recipe('alone', {}),
      ...(chosen ? [recipe('distilled', { distil: chosen })] : []),
      // Four times as many epochs, so that the few pictures are learned as far as they can be.
      ...(labels === undefined ? [] : [recipe('few-labels', { labels, epochs: 4 * epochs })]),
      ...(labels === undefined || !both ? [] : [recipe('few-labels-distilled', { labels, distil: both })]),
    ];
  });
}
