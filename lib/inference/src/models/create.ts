import { withSeed } from '../backend';
import { integer } from '../check';
import type { Module } from '../nn';
import type { ModelName, ModelTypes } from './families';
import type { Choices, ModelEntry } from './family';
import { describe } from './registry';

/** Options of every model; those of {@link Choices} are for the families that know them, and refused by the others. */
export interface ModelOptions extends Partial<Choices> {
  /**
   * Size of the last layer. Default: as published, 1000 for ImageNet networks; encoders of texts are published without a
   * classifier, and get one where this is given.
   */
  numClasses?: number;
  /** Seed of the initial weights; without one they come from the library's shared stream. */
  seed?: number;
}

/**
 * Builds a model with fresh weights. It starts in training mode, as in PyTorch: call `eval()` before inference. The
 * weights are filled when they are first read, each from a seed of its own that was drawn when the model was built: a
 * network that is only counted, or gets a checkpoint's weights, fills none.
 * @throws for an unknown name, with the nearest known ones
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * net.parameterCount(); // => 61706
 * ```
 */
export function create<N extends ModelName>(name: N, options?: ModelOptions): ModelTypes[N];
export function create(name: string, options?: ModelOptions): Module;
export function create(name: string, { numClasses, seed, ...choices }: ModelOptions = {}): Module {
  const entry = describe(name);
  const classes = numClasses === undefined ? entry.numClasses : integer('numClasses', numClasses, { min: 1 });
  const chosen = checkChoices(entry, choices);
  return withSeed(seed, () => entry.build(classes, chosen));
}

/** The choices that were made. @throws for one that the model does not know, or of another type */
function checkChoices({ name, choices: known }: ModelEntry, choices: Partial<Choices>): Partial<Choices> {
  const made = Object.entries(choices).filter(([, value]) => value !== undefined);
  for (const [key, value] of made) {
    const example = known[key as keyof Choices];
    if (example === undefined) {
      const names = ['numClasses', 'seed', ...Object.keys(known)];
      throw new Error(`models.create('${name}') knows no option '${key}': its options are ${names.join(', ')}.`);
    }
    if (typeof example === 'number') integer(`The ${key} of ${name}`, value, { min: 1 });
    else if (typeof value !== 'boolean')
      throw new Error(`The ${key} of ${name} must be true or false, got ${String(value)}.`);
  }
  return Object.fromEntries(made);
}
