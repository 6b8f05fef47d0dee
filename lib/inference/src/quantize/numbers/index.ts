/** From real numbers to integers and back: types, one scale, one a channel, one a group, rounding that trains. */
export {
  quantizePerChannel,
  quantizePerTensor,
  QuantizedTensor,
  reciprocal,
  type PerChannelOptions,
  type PerTensorOptions,
} from './affine';
export {
  bitRange,
  FLOAT32_EPSILON,
  integerArray,
  integerRange,
  saturate,
  type IntegerRange,
  type QuantizedDtype,
} from './dtype';
export { fakeQuantize, roundStraightThrough, type FakeQuantizeOptions, type RoundingGrid } from './fake';
export { quantizeBias, quantizeRows, quantizeWeights, realValues, weightRange, type WeightOptions } from './weights';
export { GroupQuantizedTensor, packBits, unpackBits, type GroupOptions } from './groups';
