/** Passes over a graph; each returns a new one and leaves the given one as it was. */
export { isFixed } from '../../nn/ops';
export { countUses, rewrite, type Replace, type Rewritten } from './rewrite';
export { constantNode, FixedTensors, nameOf, tensorOf, valueOf } from './values';
export { foldBatchNorm } from './fold-batch-norm';
export { foldConstants } from './fold-constants';
export { gatherHeads } from './gather-heads';
export { mergeClamps } from './merge-clamps';
export { optimize } from './optimize';
