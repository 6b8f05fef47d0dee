import { withSeed } from '../backend';
import { integer } from '../check';
import type { Module } from '../nn';
import type { ModelName, ModelTypes } from './families';
import { describe } from './registry';

/** Options of every model. */
export interface ModelOptions {
  /** Size of the last layer. Default: as published, 1000 for ImageNet networks. */
  numClasses?: number;
  /** Seed of the initial weights; without one they come from the library's shared stream. */
  seed?: number;
}

/**
 * Builds a model with fresh weights. It starts in training mode, as in PyTorch: call `eval()` before inference.
 * @throws for an unknown name, with the nearest known ones
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * net.parameterCount(); // => 61706
 * ```
 */
export function create<N extends ModelName>(name: N, options?: ModelOptions): ModelTypes[N];
export function create(name: string, options?: ModelOptions): Module;
export function create(name: string, { numClasses, seed }: ModelOptions = {}): Module {
  const entry = describe(name);
  const classes = integer('numClasses', numClasses ?? entry.numClasses, { min: 1 });
  return withSeed(seed, () => entry.build(classes));
}
