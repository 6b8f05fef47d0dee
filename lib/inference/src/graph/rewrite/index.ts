/** Passes over a graph; each returns a new one and leaves the given one as it was. */
export { countUses, isFixed, rewrite, type Replace } from './rewrite';
export { constantNode, tensorOf, valueOf } from './values';
export { foldBatchNorm } from './fold-batch-norm';
export { foldConstants } from './fold-constants';
export { optimize } from './optimize';
