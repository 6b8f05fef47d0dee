import { PruningError } from '../errors';
import { sizeOf, strideOf } from '../../shape';

/** Importance scores of what may be pruned, in PyTorch's layout: kernels [out, in, height, width], dense weights [out, in]. */
export interface Scores {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

/**
 * Which part of an already pruned tensor a further method sees: `unstructured` the values not pruned yet, as one row;
 * `structured` the channels not wholly pruned yet; `global` everything.
 */
export type PruningType = 'unstructured' | 'structured' | 'global';

/**
 * Base of pruning methods, after `torch.nn.utils.prune.BasePruningMethod`. An own method says its type and computes a
 * mask; `prune.applyMethod(module, 'weight', new Own())` then does the rest: parameters, buffers, history, composition.
 */
export abstract class PruningMethod {
  /** Which part of an already pruned tensor it sees; for `structured`, give `dim` too. */
  abstract readonly type: PruningType;
  /** For type `structured`: the dimension of channels in PyTorch's layout, negative counted from the end. */
  readonly dim?: number;
  /** Whether it ranks values by magnitude, and so has nothing to go by where all are zero. */
  readonly ranksMagnitudes: boolean = false;

  /**
   * Which values to keep (1) and to prune (0), of the length of `scores.values`, in the same order.
   *
   * @param defaultMask what earlier methods left, of that length; all ones for a tensor not pruned before. Not to be changed.
   */
  abstract computeMask(scores: Scores, defaultMask: Float32Array): Float32Array;

  /** Name for tables and messages. */
  get name(): string {
    return this.constructor.name;
  }
}

/** The dimension as a number from 0; throws when the tensor has none of that number. */
export function checkDim(dim: number, shape: readonly number[], sizeText: string): number {
  const index = dim < 0 ? shape.length + dim : dim;
  if (!Number.isInteger(dim) || index < 0 || index >= shape.length) {
    throw new PruningError('IndexError', `Invalid index ${dim} for tensor of size ${sizeText}`);
  }
  return index;
}

/** Sizes before, of, and after one dimension: element (a, i, b) lies at (a · size + i) · after + b. */
export function axisSizes(shape: readonly number[], dim: number): { before: number; size: number; after: number } {
  return { before: sizeOf(shape.slice(0, dim)), size: shape[dim], after: strideOf(shape, dim) };
}
