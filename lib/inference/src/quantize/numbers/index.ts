/** From real numbers to integers and back: types, one scale, one a channel, one a group, rounding that trains. */
export {
  quantizePerChannel,
  quantizePerTensor,
  QuantizedTensor,
  reciprocal,
  type PerChannelOptions,
  type PerTensorOptions,
} from './affine';
export { integerRange, roundHalfEven, type IntegerRange, type QuantizedDtype } from './dtype';
export { fakeQuantize, type FakeQuantizeOptions } from './fake';
export { quantizeBias, quantizeWeights, realValues, SMALLEST_SCALE, weightRange, type WeightOptions } from './weights';
export { GroupQuantizedTensor, packBits, unpackBits, type GroupOptions } from './groups';
