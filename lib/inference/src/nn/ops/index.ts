/** The closed set of operations that networks compute with, one definition each; see `definition.ts` for what one holds. */
export * from './definition';
export * from './define';
export * from './node';
export * from './symbol';
export { isPerPicture, openShape, positionsPerPicture, type BatchPlace } from './batch';
export { explained } from './symbol-methods';
export { conv2d, convOperands, convTensorFlowAttributes, type Conv2dSettings, type ConvAttributes } from './conv';
export { pair, type Pair } from './pair';
export { linear } from './linear';
export { matmul, type MatMulAttributes } from './matmul';
export { batchNorm, l2Normalize, layerNorm } from './normalization';
export { clampMax, exp, gelu, hardSigmoid, hardSwish, relu, relu6, sigmoid, silu, softmax, tanh } from './activation';
export { add, multiply } from './arithmetic';
export { adaptiveAvgPool } from './adaptive-pooling';
export {
  avgPool,
  globalAvgPool,
  maxPool,
  type MaxPoolSettings,
  type PoolAttributes,
  type PoolSettings,
} from './pooling';
export { repeatBatch, type RepeatAttributes } from './repeat';
export { gather } from './gather';
export { checkRowNumbers, embedding, toFloat, type EmbeddingAttributes } from './embedding';
export { concat, mean, pad, reshape, slice, transpose } from './shape';
