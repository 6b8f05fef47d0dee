/** Affine quantization to integers, observers that choose scales, fake quantization for training; after `torch.ao.quantization`. */
export { quantizePerChannel, quantizePerTensor, QuantizedTensor, type PerChannelOptions, type PerTensorOptions } from './affine';
export { integerRange, roundHalfEven, type IntegerRange, type QuantizedDtype } from './dtype';
export { fakeQuantize, type FakeQuantizeOptions } from './fake';
export * from './observers';
