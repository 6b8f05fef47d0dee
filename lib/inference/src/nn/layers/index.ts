export { Conv2d, type Conv2dOptions } from './conv';
export { Embedding, type EmbeddingOptions } from './embedding';
export { Linear, type LinearOptions } from './linear';
export { BatchNorm2d, LayerNorm, type BatchNormOptions, type LayerNormOptions } from './normalization';
export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  Dropout,
  Flatten,
  GELU,
  Hardsigmoid,
  Hardswish,
  Identity,
  MaxPool2d,
  Permute,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  StochasticDepth,
  Tanh,
} from './simple';
export { ModuleList, Sequential } from './containers';
export { MultiheadAttention, splitHeads, type MultiheadAttentionOptions } from './attention';
